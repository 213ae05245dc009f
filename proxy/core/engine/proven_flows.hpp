#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "proxy/core/record/trunk_rows.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy {

/// Connections whose client has proved by its certificate which domains it speaks for (RFC 5922).
/// The domains are kept, not whose they are: trunks come and go while a connection stays.
class ProvenFlows {
 public:
  using Rows = std::map<std::int64_t, record::Trunk>;
  using Owners = std::map<sip::Flow, std::int64_t>;

  /// More than `most` are not kept: to them the connection is one without a certificate.
  void opened(const sip::Flow& flow, std::vector<std::string> domains, std::size_t most);
  void closed(const sip::Flow& flow) { domains_.erase(flow); }

  /// Which of them are which trunk's: of several that are named the one with the lowest id.
  Owners owners(const Rows& trunks) const;
  /// The same of one; 0: no trunk's.
  std::int64_t owner(const sip::Flow& flow, const Rows& trunks) const;

 private:
  std::map<sip::Flow, std::vector<std::string>> domains_;
};

}  // namespace proxy
