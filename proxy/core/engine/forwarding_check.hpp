#pragma once
#include <optional>
#include <string_view>

#include "proxy/core/record/forwarding.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/core/view/view.hpp"

namespace proxy {

/// What is wrong with a place calls are to go to from `aor`; nothing when it is empty.
std::optional<view::Refused> fault_of_target(std::string_view field, std::string_view target,
                                             std::string_view aor, const Settings& settings);
/// What is wrong with the wishes of this user.
std::optional<view::Refused> fault_of(const record::Forwarding& wishes, std::string_view aor,
                                      const Settings& settings);

}  // namespace proxy
