#include "proxy/core/engine/aliases.hpp"

#include "proxy/core/admission/gate.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/via.hpp"

namespace proxy {

void Aliases::learn(const sip::Message& request, const sip::Flow& flow, const Settings& settings) {
  if (flow.transport != sip::Transport::tcp || !admission::is_trusted(flow, settings)) return;
  std::string_view vias = request.value(sip::HeaderName::via);
  const auto via = sip::ViaView::parse(sip::take_list_item(vias).value_or(std::string_view{}));
  if (!via || !via->params.has("alias")) return;
  constexpr std::uint16_t default_port = 5060;
  const sip::Endpoint named{sip::Address::parse(via->host).value_or(sip::Address{}),
                            via->port != 0 ? via->port : default_port};
  if (named.address != flow.peer.address) return;
  if (by_address_.size() >= most && !by_address_.contains(named)) return;
  by_address_[named] = flow;
}

void Aliases::forget(const sip::Flow& flow) {
  std::erase_if(by_address_, [&](const auto& entry) { return entry.second == flow; });
}

sip::Flow Aliases::flow_for(const sip::Flow& flow) const {
  if (flow.connection != 0 || flow.transport != sip::Transport::tcp) return flow;
  const auto found = by_address_.find(flow.peer);
  return found == by_address_.end() ? flow : found->second;
}

}  // namespace proxy
