#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace sip {

/// "delta-seconds" of Expires, Min-Expires and the expires parameter (RFC 3261 section 25.1), cut
/// to 2^32-1 (section 20.19). Nothing when it is no number: the header then counts as absent.
std::optional<std::uint32_t> parse_delta_seconds(std::string_view text);

}  // namespace sip
