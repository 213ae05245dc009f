#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "web/api/problem.hpp"
#include "web/api/task.hpp"

namespace web::api {

/// Reads a CSV of users: a header line that names the columns in any order (aor, password,
/// display_name, ha1, ha1_sha256, ha1_sha512_256, max_contacts, and forwarding_csv.hpp's), then at
/// most 500 rows. A problem names the line.
std::variant<std::vector<ImportUsers::Row>, Problem> read_user_rows(std::string_view content_type,
                                                                    const std::string& text);

/// The first line of an export, and the line of one user, each with its line end. What they say can
/// be imported again: passwords are known by their hashes only.
std::string user_csv_header();
std::string user_csv_line(const proxy::record::User& user);

}  // namespace web::api
