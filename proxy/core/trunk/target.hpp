#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/trunk_rows.hpp"
#include "sipstack/locate/locator.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy::trunk {

inline constexpr std::size_t most_targets = 16;
inline constexpr std::size_t most_sources = 64;

/// Where a trunk may be reached, and when among its others, by the rules of RFC 2782.
struct Target {
  sip::locate::Wanted wanted;
  std::uint16_t priority{10};  ///< the lowest first
  std::uint16_t weight{10};    ///< share within one priority
  bool operator==(const Target&) const = default;
};

/// "192.0.2.1:5060;transport=tcp;priority=1;weight=60", "sip.example.com". A name without a port
/// and transport is looked up as RFC 3263 says. Transports: udp, tcp, tls.
std::optional<Target> parse_target(std::string_view text);

/// Calls that come from here are the trunk's.
struct Source {
  sip::AddressBlock block;
  std::optional<sip::Transport> transport;  ///< any when not given
  bool operator==(const Source&) const = default;
};

/// "192.0.2.0/24", "192.0.2.10 tls".
std::optional<Source> parse_source(std::string_view text);

/// One item a line; what cannot be read is left out.
std::vector<Target> parse_targets(std::string_view lines);
std::vector<Source> parse_sources(std::string_view lines);

/// The domain of URIs that a trunk is sent: what it says, or the host of its first target.
std::string domain_of(const record::Trunk& trunk);
/// The Request-URI a call to this number leaves with; `number` is escaped already.
std::string request_uri(const record::Trunk& trunk, std::string_view number);

/// Takes the next line off; nothing at the end.
std::optional<std::string_view> take_line(std::string_view& lines);

}  // namespace proxy::trunk
