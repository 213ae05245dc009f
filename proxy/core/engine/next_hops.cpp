#include "proxy/core/engine/next_hops.hpp"

#include <algorithm>

#include "proxy/core/settings/identity.hpp"

namespace proxy {
namespace {

/// What we can send over, the simplest first.
std::vector<sip::Transport> transports(const Settings& settings) {
  std::vector<sip::Transport> out;
  for (const auto transport : {sip::Transport::udp, sip::Transport::tcp, sip::Transport::tls})
    if (std::any_of(settings.locals.begin(), settings.locals.end(),
                    [&](const auto& local) { return local.transport == transport; }))
      out.push_back(transport);
  return out;
}

sip::locate::Target target_of(const sip::Flow& flow) { return {flow.transport, flow.peer}; }

}  // namespace

void NextHops::configure(const Settings& settings, sip::TimePoint now) {
  const auto last_id = pbx_ ? pbx_->last_id() : 0;
  if (!settings.pbx || sip::Address::parse(settings.pbx->host)) return pbx_.reset();
  sip::locate::Wanted wanted{settings.pbx->host, settings.pbx->port, settings.pbx->transport,
                             false};
  if (settings.pbx->any_transport) wanted.transport.reset();
  news_ = true;
  if (pbx_ && pbx_->wanted() == wanted) return;
  pbx_.emplace(std::move(wanted), transports(settings), last_id);
  pbx_->look(now);
}

void NextHops::configure_trunks(const TrunkHops::Rows& rows, const Settings& settings,
                                sip::TimePoint now) {
  trunks_.configure(rows, settings, now);
  news_ = true;
}

NextHops::Route NextHops::to_pbx(const Settings& settings, sip::TimePoint now) {
  Route route;
  if (!pbx_) {
    if (const auto flow = pbx_flow(settings)) route.flows.push_back(*flow);
    return route;
  }
  for (const auto& target : pbx_->order(dice_, now))
    if (const auto at = listener_for(target.transport, target.endpoint.address, settings))
      route.flows.push_back({target.transport, *at, target.endpoint, 0});
  route.looking = pbx_->looking();
  return route;
}

NextHops::Route NextHops::to_pbx(const Settings& settings, const sip::Flow& dialog,
                                 sip::TimePoint now) {
  Route route = to_pbx(settings, now);
  std::stable_partition(route.flows.begin(), route.flows.end(), [&](const sip::Flow& flow) {
    return flow.transport == dialog.transport && flow.peer.address == dialog.peer.address;
  });
  return route;
}

void NextHops::failed(const sip::Flow& hop, sip::TimePoint now) {
  if (pbx_) pbx_->failed(target_of(hop), now);
  trunks_.failed(target_of(hop), now);
}
void NextHops::lost(const sip::Flow& hop, sip::TimePoint now) {
  failed(hop, now);
  if (hop.transport != sip::Transport::tcp) return;
  std::erase_if(no_tcp_, [now](const auto& entry) { return entry.second <= now; });
  no_tcp_[hop.peer] = now + no_tcp_for;
}
void NextHops::heard(const sip::Flow& hop) {
  if (pbx_) pbx_->heard(target_of(hop));
  trunks_.heard(target_of(hop));
  if (hop.transport == sip::Transport::tcp) no_tcp_.erase(hop.peer);
}

sip::Flow NextHops::way_for(const sip::Flow& hop, std::size_t size, const Settings& settings,
                            sip::TimePoint now) const {
  if (hop.reliable() || size <= datagram_most) return hop;
  const auto refused = no_tcp_.find(hop.peer);
  if (refused != no_tcp_.end() && refused->second > now) return hop;
  const auto at = listener_for(sip::Transport::tcp, hop.peer.address, settings);
  return at ? sip::Flow{sip::Transport::tcp, *at, hop.peer, 0} : hop;
}

void NextHops::on_resolved(const Resolved& resolved, sip::TimePoint now) {
  if (pbx_ && pbx_->on_resolved(resolved, now)) news_ = true;
  if (trunks_.on_resolved(resolved, now)) news_ = true;
}
void NextHops::on_deadline(sip::TimePoint now) {
  if (pbx_ && pbx_->on_deadline(now)) news_ = true;
  if (trunks_.on_deadline(now)) news_ = true;
}
std::optional<sip::TimePoint> NextHops::next_deadline() const {
  const auto of_trunks = trunks_.next_deadline();
  const auto of_pbx = pbx_ ? pbx_->next_deadline() : std::nullopt;
  return of_pbx && (!of_trunks || *of_pbx < *of_trunks) ? of_pbx : of_trunks;
}
std::vector<Resolve> NextHops::take_questions() {
  auto questions = trunks_.take_questions();
  if (pbx_)
    for (auto& question : pbx_->take_questions()) questions.push_back(std::move(question));
  return questions;
}
std::vector<sip::locate::Target> NextHops::pbx_targets() const {
  return pbx_ ? pbx_->all() : std::vector<sip::locate::Target>{};
}

}  // namespace proxy
