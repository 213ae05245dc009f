#include "proxy/core/engine/trunk_desk.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/settings/identity.hpp"
#include "proxy/core/trunk/route_table.hpp"
#include "proxy/core/trunk/target.hpp"
#include "sipstack/base/text.hpp"

namespace proxy {

using sip::Method;
using State = trunk::Registration::State;

namespace {

/// A target that failed comes last for 30 s (Targets::avoid_for): asked again before, it stays so.
constexpr sip::Duration ask_the_dead{25'000};

}  // namespace

void TrunkDesk::follow() {
  const auto& rows = core_.trunks.trunks();
  std::erase_if(trunks_, [&](const auto& entry) {
    const auto row = rows.find(entry.first);
    return row == rows.end() || row->second != entry.second.row || !row->second.enabled;
  });
  for (const auto& [id, row] : rows) {
    if (!row.enabled || (!row.registers && row.probe == 0)) continue;
    const auto [at, fresh] = trunks_.try_emplace(id);
    Live& live = at->second;
    if (fresh) {
      live.row = row;
      if (row.registers) live.registration.emplace(core_.now.mono);
    }
    if (row.probe == 0) continue;
    const auto targets = core_.hops.trunks().all(id);
    std::erase_if(live.probes, [&](const auto& probe) {
      return std::ranges::find(targets, probe.first) == targets.end();
    });
    for (const auto& target : targets)
      live.probes.try_emplace(target, Probe{core_.now.mono, false, {}});
  }
}

void TrunkDesk::on_deadline() {
  for (auto& [id, live] : trunks_) run(live);
}

void TrunkDesk::run(Live& live) {
  const auto now = core_.now.mono;
  if (live.registration && live.registration->due() && *live.registration->due() <= now)
    send_register(live);
  for (auto& [target, probe] : live.probes)
    if (!probe.under_way && probe.due <= now) send_probe(live, target, probe);
}

std::optional<sip::TimePoint> TrunkDesk::next_deadline() const {
  std::optional<sip::TimePoint> next;
  const auto consider = [&](std::optional<sip::TimePoint> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  for (const auto& [id, live] : trunks_) {
    if (live.registration) consider(live.registration->due());
    for (const auto& [target, probe] : live.probes)
      if (!probe.under_way) consider(probe.due);
  }
  return next;
}

trunk::Registration::Means TrunkDesk::means_for(const Live& live, const sip::Flow& flow,
                                                std::string_view branch,
                                                std::string_view what) const {
  const std::string own = std::string{what} + '-' + std::to_string(live.row.id);
  const std::string user = live.row.username.empty() ? "sipwake" : live.row.username;
  std::string contact = "<sip:" + trunk::escape_user(user) + '@' + core_.local_host_port(flow);
  if (flow.reliable()) contact.append(";transport=").append(sip::uri_name(flow.transport));
  const std::uint64_t bits = core_.ids.next();
  return {core_.via(flow, branch), contact + ">",
          core_.own_tag(own, ";tag=" + core_.settings->domains.front()) + '@' +
              core_.settings->domains.front(),
          core_.own_tag(own, {}), std::to_string(bits)};
}

void TrunkDesk::send_register(Live& live) {
  const auto route = core_.hops.to_trunk(live.row.id, *core_.settings, core_.now.mono);
  const auto before = live.registration->state();
  if (route.flows.empty()) {
    live.registration->on_lost(route.looking ? "its name is being looked up" : "no way leads there",
                               core_.now.mono);
    return report_registration(live, before);
  }
  const sip::Flow& flow = route.flows.front();
  const auto branch = core_.transactions.new_branch();
  auto bytes = sip::make_bytes(
      live.registration->request(live.row, means_for(live, flow, branch.text, "register")));
  const bool started = core_.transactions.start(branch, Method::register_, std::move(bytes), flow,
                                                0, core_.now.mono, core_.layer_out);
  core_.flush();
  if (!started) return live.registration->on_lost("too many transactions", core_.now.mono);
  errands_[branch.id] = {live.row.id, flow, false};
}

void TrunkDesk::send_probe(Live& live, const Target& target, Probe& probe) {
  probe.due = core_.now.mono + std::chrono::seconds{live.row.probe};
  const auto listener = listener_for(target.transport, target.endpoint.address, *core_.settings);
  if (!listener) return;
  const sip::Flow flow{target.transport, *listener, target.endpoint, 0};
  const auto branch = core_.transactions.new_branch();
  auto means = means_for(live, flow, branch.text, "probe");
  means.call_id = means.cnonce + '-' + means.call_id;
  auto bytes = sip::make_bytes(trunk::build_probe("sip:" + trunk::domain_of(live.row), means));
  probe.under_way = core_.transactions.start(branch, Method::options, std::move(bytes), flow, 0,
                                             core_.now.mono, core_.layer_out);
  core_.flush();
  if (probe.under_way) errands_[branch.id] = {live.row.id, flow, true};
}

bool TrunkDesk::on_response(sip::transaction::ClientId client, const Message& response) {
  const auto found = errands_.find(client);
  if (found == errands_.end()) return false;
  if (response.status() < 200) return true;
  const Errand errand = found->second;
  errands_.erase(found);
  const auto at = trunks_.find(errand.trunk);
  if (at == trunks_.end()) return true;
  Live& live = at->second;
  if (errand.probe) {
    const bool up = response.status() != 503 && response.status() != 408;
    probed(live, errand.flow, up, std::to_string(response.status()));
  } else if (live.registration) {
    const auto before = live.registration->state();
    if (response.status() == 503) core_.hops.failed(errand.flow, core_.now.mono);
    live.registration->on_response(response, core_.now.mono);
    report_registration(live, before);
  }
  return true;
}

bool TrunkDesk::on_client_lost(sip::transaction::ClientId client) {
  const auto found = errands_.find(client);
  if (found == errands_.end()) return false;
  const Errand errand = found->second;
  errands_.erase(found);
  const auto at = trunks_.find(errand.trunk);
  if (at == trunks_.end()) return true;
  Live& live = at->second;
  if (errand.probe) {
    probed(live, errand.flow, false, "no answer");
  } else if (live.registration) {
    const auto before = live.registration->state();
    core_.hops.failed(errand.flow, core_.now.mono);
    live.registration->on_lost("no answer", core_.now.mono);
    report_registration(live, before);
  }
  return true;
}

void TrunkDesk::probed(Live& live, const sip::Flow& flow, bool up, const std::string& why) {
  const auto at = live.probes.find({flow.transport, flow.peer});
  if (at == live.probes.end()) return;
  at->second.under_way = false;
  const bool news = at->second.up != up;
  at->second.up = up;
  if (up) {
    core_.hops.heard(flow);
  } else {
    core_.hops.failed(flow, core_.now.mono);
    at->second.due = std::min(at->second.due, core_.now.mono + ask_the_dead);
  }
  if (!news) return;
  core_.report(up ? Level::info : Level::warn, up ? "trunk.target_up" : "trunk.target_down",
               {{"trunk", live.row.name}, {"target", to_string(at->first)}, {"why", why}});
}

void TrunkDesk::report_registration(const Live& live, State before) const {
  const auto& registration = *live.registration;
  if (registration.state() == State::registered && registration.trouble().empty()) {
    if (before != State::registered)
      core_.report(Level::info, "trunk.registered", {{"trunk", live.row.name}});
    return;
  }
  if (!registration.trouble().empty())
    core_.report(Level::warn, "trunk.registration_failed",
                 {{"trunk", live.row.name}, {"why", registration.trouble()}});
}

}  // namespace proxy
