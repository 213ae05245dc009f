#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sip {

/// Every bound on what the wire may make us hold. A bound that is hit has a named answer where it
/// is checked; none of them is silent.
struct Limits {
  // Message (refused with 400, 513 or a drop).
  std::size_t message_bytes{65'536};     ///< whole message, as a UDP datagram can carry
  std::size_t header_bytes{32'768};      ///< start line and headers together
  std::size_t header_line_bytes{8'192};  ///< one header with its folded lines
  std::size_t headers{128};
  std::size_t vias{70};  ///< Max-Forwards starts at 70 (RFC 3261 section 8.1.1.6)
  std::size_t uri_bytes{2'048};
  std::size_t call_id_bytes{512};
  // Sessions.
  std::size_t server_transactions{200'000};
  std::size_t client_transactions{200'000};
  std::size_t calls{50'000};
  std::chrono::hours call_duration{24};  ///< an answered call whose BYE never came has ended
  std::chrono::hours restored_call{2};   ///< the same, after a restart: it may have come meanwhile
  std::size_t branches_per_call{32};
  std::size_t timeline_entries{256};
  std::size_t devices_per_user{20};
  // What is known of strangers (the one that matters least makes room).
  std::size_t sources{16'384};
  std::size_t authenticated_flows{16'384};
  std::size_t bans{10'000};
  // Shell.
  std::size_t connections{20'000};
  std::size_t connections_per_address{2'000};
  std::size_t unsent_bytes_per_flow{262'144};
  std::size_t event_queue{65'536};
};

}  // namespace sip
