#pragma once
#include <chrono>

namespace sip::net {

/// How long a connection may take.
struct Patience {
  std::chrono::milliseconds connect{std::chrono::seconds{5}};
  std::chrono::milliseconds handshake{std::chrono::seconds{10}};  ///< TLS and WebSocket together
  std::chrono::milliseconds first_message{std::chrono::seconds{30}};  ///< and each begun one
  /// Without a byte from the peer. Longer than phones that send no keep-alives take to register
  /// again; a peer that is gone is noticed by the system's own probes much earlier.
  std::chrono::milliseconds idle{std::chrono::hours{2}};
  /// After so long a silence a WebSocket is pinged, and closed when nothing comes for as long
  /// again. Below the 60 s after which common HTTP proxies cut a silent connection.
  std::chrono::milliseconds ping{std::chrono::seconds{45}};
};

}  // namespace sip::net
