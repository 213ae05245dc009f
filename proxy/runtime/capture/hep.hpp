#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "sipstack/transport/flow.hpp"

namespace proxy::capture {

/// What one captured message is told with. The views are read while encode() runs.
struct HepView {
  sip::Transport transport{sip::Transport::udp};  ///< TLS and WebSocket count as TCP
  sip::Endpoint from{};
  sip::Endpoint to{};
  std::chrono::sys_time<std::chrono::microseconds> at{};
  std::uint32_t capture_id{0};
  std::string_view name;  ///< of the node; empty: none
  std::string_view key;   ///< empty: none
  std::string_view message;
};

/// Longest frame: what UDP over IPv4 carries in one datagram.
constexpr std::size_t frame_most = 65'507;

struct HepFrame {
  std::string bytes;
  bool cut{false};  ///< the message did not fit: its end is missing
};
/// One frame of HEP version 3 (the protocol of Homer): "HEP3", its length, and chunks of vendor 0.
HepFrame encode(const HepView& view);

/// The Call-ID of a message, malformed ones included; empty when it has none.
std::string_view call_id_in(std::string_view message);

}  // namespace proxy::capture
