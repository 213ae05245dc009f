#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace proxy::routing {

/// The Proxy Unique Registration Reference of a device (RFC 8599 section 6): it says so in its
/// Contact when it wants to be woken for requests inside a dialog. The same after a restart.
std::string purr_of(std::string_view key, std::int64_t device);
bool is_purr_of(std::string_view text, std::string_view key, std::int64_t device);

}  // namespace proxy::routing
