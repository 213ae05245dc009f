#pragma once
#include <unordered_map>

#include "proxy/core/settings/settings.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy {

/// Connections that trusted peers have opened and want to be reached over (RFC 5923): a request to
/// the address their Via names goes over them instead of over a new one. TCP only: whether the
/// other end of a TLS connection is who it says it is, is not known here.
class Aliases {
 public:
  /// Looks for `alias` in the top Via. Its address must be the one the request came from.
  void learn(const sip::Message& request, const sip::Flow& flow, const Settings& settings);
  void forget(const sip::Flow& flow);
  /// The flow to send on: another one only for a stream that names no connection.
  sip::Flow flow_for(const sip::Flow& flow) const;

 private:
  static constexpr std::size_t most = 64;
  std::unordered_map<sip::Endpoint, sip::Flow> by_address_;
};

}  // namespace proxy
