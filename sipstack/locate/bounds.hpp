#pragma once
#include <cstddef>

namespace sip::locate {

// What the answers of a name server may make us hold or ask.
inline constexpr std::size_t name_bytes_max = 253;  ///< RFC 1035 section 2.3.4, as text
inline constexpr std::size_t label_bytes_max = 63;
inline constexpr std::size_t records_max = 64;   ///< of one answer; the rest is not looked at
inline constexpr std::size_t aliases_max = 8;    ///< links of a CNAME chain
inline constexpr std::size_t services_max = 8;   ///< transports of one name
inline constexpr std::size_t ways_max = 16;      ///< SRV records of one name that are followed
inline constexpr std::size_t addresses_max = 8;  ///< of one host
inline constexpr std::size_t targets_max = 16;   ///< to try one after the other

}  // namespace sip::locate
