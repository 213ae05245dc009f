#pragma once
#include <string_view>

#include "sipstack/transport/flow.hpp"

namespace sip::net {

/// Looks on at every SIP message, as it stands inside TLS and WebSocket; what is malformed too.
/// Called on the io_context's thread; must not call back into the network.
class Tap {
 public:
  virtual ~Tap() = default;
  /// `local` is our end: for UDP the address the socket is bound to, which may be unspecified.
  virtual void on_received(const Flow& flow, const Endpoint& local, std::string_view message) = 0;
  /// The system has taken all of it.
  virtual void on_sent(const Flow& flow, const Endpoint& local, std::string_view message) = 0;
};

}  // namespace sip::net
