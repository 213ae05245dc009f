#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/forwarding.hpp"

namespace web::api {

// What a user wishes for his calls, as columns of a CSV of users. They are called as in the API.

/// The name as it is written here; nothing when it is none of these columns.
std::optional<std::string_view> forwarding_column(std::string_view name);
/// Sets what the column says; an empty field leaves it as it was. What is wrong with it, or
/// nothing.
std::optional<std::string> read_forwarding(std::string_view column, std::string_view field,
                                           proxy::record::ForwardingFields& to);
/// ",do_not_disturb,forward_always,...": all of them.
std::string forwarding_csv_header();
/// The fields that belong to that header.
std::string forwarding_csv_fields(const proxy::record::Forwarding& wishes);

/// A field in quotes when it holds what ends one (RFC 4180).
std::string csv_quoted(std::string_view text);

}  // namespace web::api
