#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sip {

/// Base64 with - and _ and no padding (RFC 4648 section 5): every character may stand in the user
/// part of a SIP URI.
std::string base64url(std::string_view bytes);
/// Nothing when a character is none of the alphabet.
std::optional<std::string> from_base64url(std::string_view text);

/// Little-endian, `bytes` of them.
void put_number(std::string& out, std::uint64_t number, unsigned bytes);

}  // namespace sip
