#pragma once
#include "sipstack/net/protocol.hpp"
#include "sipstack/transport/framing.hpp"

namespace sip::net {

/// SIP as it stands on TCP and TLS.
class SipStream : public Protocol {
 public:
  explicit SipStream(const Limits& limits) : framer_{limits} {}

  void push(std::string_view bytes) override;
  std::optional<Item> next() override;
  bool mid_message() const override { return framer_.mid_message(); }

 private:
  StreamFramer framer_;
  char first_{0};  ///< of the connection: tells what else somebody may speak here
};

}  // namespace sip::net
