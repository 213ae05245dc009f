#include "proxy/core/engine/proven_flows.hpp"

#include <algorithm>
#include <utility>

#include "sipstack/base/text.hpp"

namespace proxy {

void ProvenFlows::opened(const sip::Flow& flow, std::vector<std::string> domains,
                         std::size_t most) {
  if (domains.empty() || domains_.size() >= most) return;
  domains_.insert_or_assign(flow, std::move(domains));
}

ProvenFlows::Owners ProvenFlows::owners(const Rows& trunks) const {
  Owners out;
  for (const auto& [id, row] : trunks) {
    if (!row.enabled || row.inbound_certificate.empty()) continue;
    for (const auto& [flow, domains] : domains_)
      if (std::ranges::any_of(domains, [&row = row](const std::string& domain) {
            return sip::iequals(domain, row.inbound_certificate);
          }))
        out.emplace(flow, id);
  }
  return out;
}

}  // namespace proxy
