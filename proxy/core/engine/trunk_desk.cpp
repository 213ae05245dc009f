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

/// How often a provider may challenge our leaving.
constexpr unsigned farewells_most{3};

/// What differs between the two is not for the provider's ears.
bool is_same_errand(record::Trunk now, const record::Trunk& before) {
  now.name = before.name;
  now.channels = before.channels;
  now.sources = before.sources;
  now.inbound_username = before.inbound_username;
  now.inbound_password = before.inbound_password;
  now.inbound_certificate = before.inbound_certificate;
  now.asserts_identity = before.asserts_identity;
  return now == before;
}

std::uint32_t first_cseq(sip::WallTime now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  return static_cast<std::uint32_t>(seconds.count() & 0x7fff'ffff);
}

}  // namespace

void TrunkDesk::follow() {
  const auto& rows = core_.trunks.trunks();
  for (auto at = trunks_.begin(); at != trunks_.end();) {
    const auto row = rows.find(at->first);
    if (row != rows.end() && row->second == at->second.row) {
      ++at;
      continue;
    }
    if (row != rows.end() && is_same_errand(row->second, at->second.row)) {
      at++->second.row = row->second;
      continue;
    }
    leave(std::move(at->second));
    at = trunks_.erase(at);
  }
  for (const auto& [id, row] : rows) {
    if (!row.enabled || (!row.registers && row.probe == 0)) continue;
    const auto [at, fresh] = trunks_.try_emplace(id);
    Live& live = at->second;
    if (fresh) {
      live.row = row;
      if (row.registers) {
        const bool leaves = std::ranges::any_of(leaving_, [&live](const auto& entry) {
          return entry.second.live.row.id == live.row.id;
        });
        const auto due =
            core_.now.mono + (leaves ? trunk::Registration::first_pause : sip::Duration{});
        live.registration.emplace(due, first_cseq(core_.now.wall));
      }
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

void TrunkDesk::leave(Live live) {
  if (!live.registration || live.registration->state() != State::registered) return;
  send_farewell({std::move(live), 0});
}

void TrunkDesk::send_farewell(Leaving leaving) {
  Live& live = leaving.live;
  if (leaving.asked++ == farewells_most) return;
  const auto branch = core_.transactions.new_branch();
  auto bytes = sip::make_bytes(live.registration->farewell(
      live.row, means_for(live, live.registered_by, branch.text, "register")));
  const bool started =
      core_.transactions.start(branch, Method::register_, std::move(bytes), live.registered_by, 0,
                               core_.now.mono, core_.layer_out);
  core_.flush();
  if (started) leaving_.emplace(branch.id, std::move(leaving));
}

/// `response` is nothing when none will come.
bool TrunkDesk::on_farewell(sip::transaction::ClientId client, const Message* response) {
  const auto found = leaving_.find(client);
  if (found == leaving_.end()) return false;
  if (response && response->status() < 200) return true;
  Leaving leaving = std::move(found->second);
  leaving_.erase(found);
  const int status = response ? response->status() : 408;
  if (status == 401 || status == 407) {
    leaving.live.registration->on_response(*response, core_.now.mono);
    if (leaving.live.registration->due() <= core_.now.mono) send_farewell(std::move(leaving));
    return true;
  }
  core_.report(Level::info, "trunk.left",
               {{"trunk", leaving.live.row.name}, {"status", std::to_string(status)}});
  return true;
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
  if (on_farewell(client, &response)) return true;
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
    if (response.status() / 100 == 2) live.registered_by = errand.flow;
    report_registration(live, before);
  }
  return true;
}

bool TrunkDesk::on_client_lost(sip::transaction::ClientId client) {
  if (on_farewell(client, nullptr)) return true;
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

std::vector<view::TrunkState> TrunkDesk::states() const {
  std::vector<view::TrunkState> out;
  for (const auto& [id, row] : core_.trunks.trunks()) {
    view::TrunkState& state = out.emplace_back(view::TrunkState{id});
    const auto at = trunks_.find(id);
    if (at != trunks_.end() && at->second.registration) {
      const auto& registration = *at->second.registration;
      state.registration = {to_string(registration.state()), registration.trouble()};
    }
    for (const Target& target : core_.hops.trunks().all(id)) {
      std::optional<bool> up;
      if (at != trunks_.end() && at->second.probes.contains(target))
        up = at->second.probes.at(target).up;
      if (core_.hops.trunks().is_avoided(target, core_.now.mono)) up = false;
      state.targets.push_back({to_string(target), up});
    }
  }
  return out;
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
