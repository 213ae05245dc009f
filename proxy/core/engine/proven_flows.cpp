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

std::int64_t ProvenFlows::owner(const sip::Flow& flow, const Rows& trunks) const {
  const auto at = domains_.find(flow);
  if (at == domains_.end()) return 0;
  for (const auto& [id, row] : trunks) {
    if (!row.enabled || row.inbound_certificate.empty()) continue;
    const auto& wanted = row.inbound_certificate;
    if (std::ranges::any_of(at->second, [&wanted](const std::string& domain) {
          return sip::iequals(domain, wanted);
        }))
      return id;
  }
  return 0;
}

ProvenFlows::Owners ProvenFlows::owners(const Rows& trunks) const {
  Owners out;
  for (const auto& [flow, domains] : domains_)
    if (const auto id = owner(flow, trunks)) out.emplace(flow, id);
  return out;
}

}  // namespace proxy
