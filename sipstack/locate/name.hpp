#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace sip::locate {

/// A DNS name in lower case without its last dot; nothing when it is none: empty, too long, a
/// character that no host or service name has, or a last label of digits alone (an address).
std::optional<std::string> canonical_name(std::string_view text);

}  // namespace sip::locate
