#include "proxy/core/engine/registration_desk.hpp"

#include <algorithm>

#include "proxy/core/engine/gruu.hpp"
#include "proxy/core/registrar/feature_caps.hpp"
#include "proxy/core/routing/purr.hpp"
#include "proxy/core/settings/push_services.hpp"

namespace proxy {

using sip::HeaderName;

namespace {

/// A keep-alive may be on its way for so long after it was due.
constexpr sip::Duration flow_grace{30'000};

/// The shell pings a WebSocket by itself: browsers send no keep-alives of their own.
bool keeps_itself_open(sip::Transport transport) {
  return transport == sip::Transport::tcp || transport == sip::Transport::tls;
}

}  // namespace

std::vector<registrar::DeviceId> RegistrationDesk::handle(const Message& request,
                                                          const sip::Flow& flow,
                                                          std::string_view aor) {
  const auto server = core_.transactions.open(request, flow, core_.now.mono);
  registrar::UserEntry* user = core_.directory.find_user(aor);
  if (!server || !user) {
    ++core_.counters.overload;
    core_.reply_stateless(request, flow, 503, {}, {{HeaderName::retry_after, "5"}});
    return {};
  }
  registrar::RegisterRequest wanted;
  const auto unreadable = registrar::read_register(request, *core_.settings, wanted);
  if (unreadable) {
    refuse(*server, request, flow, *unreadable);
    return {};
  }
  auto outcome =
      registrar::carry_out(wanted, flow, *user, core_.directory, *core_.settings, core_.now);
  if (outcome.refusal) {
    refuse(*server, request, flow, *outcome.refusal);
    return {};
  }
  for (auto& row : outcome.rows) core_.write(std::move(row));
  outcome.rows.clear();
  ++core_.counters.registers_ok;
  if (wanted.outbound) watch_flow(flow);
  core_.respond(*server, request, flow, 200, {}, ok_headers(wanted, flow, *user), core_.written());
  core_.report(Level::debug, "register.ok",
               {{"call_id", wanted.call_id},
                {"aor", std::string{aor}},
                {"flow", sip::to_string(flow)},
                {"contacts", std::to_string(wanted.contacts.size())}});
  core_.moved = std::move(outcome.moved);
  auto came = outcome.came;
  for (const auto device : came) {
    core_.directory.set_sleep_limit(device, std::nullopt);
    for (auto& contact : core_.directory.device(device)->contacts)
      if (contact.flow == flow) contact.batch = core_.written();
  }
  if (core_.written() != 0)
    uncommitted_.push_back({core_.written(), std::move(outcome), *server, request, flow});
  return came;
}

Core::Headers RegistrationDesk::ok_headers(const registrar::RegisterRequest& wanted,
                                           const sip::Flow& flow,
                                           const registrar::UserEntry& user) const {
  Core::Headers headers;
  registrar::MoreParams gruus;
  if (wanted.gruu)
    gruus = [&](const registrar::DeviceEntry& device, const registrar::Contact& contact) {
      return gruu_params(device, contact, user.row.aor, core_.secret);
    };
  for (auto& line : registrar::contact_list(user, core_.directory, core_.now.mono, flow, gruus))
    headers.emplace_back(HeaderName::contact, std::move(line));
  if (!wanted.path.empty()) headers.emplace_back(HeaderName::path, wanted.path);
  if (wanted.outbound) {
    headers.emplace_back(HeaderName::require, "outbound");
    // Not over UDP, where NATs forget sooner: the phone's own 24 to 29 s hold (RFC 5626 4.4.2).
    if (flow.reliable())
      headers.emplace_back(HeaderName::flow_timer,
                           std::to_string(core_.settings->registrar.flow_timer.count()));
  }
  for (auto& caps : registrar::feature_caps(wanted, *core_.settings, purr_for(wanted, user)))
    headers.emplace_back(HeaderName::feature_caps, std::move(caps));
  return headers;
}

/// Of the one device that registers to be woken; empty when there is none, or more than one.
std::string RegistrationDesk::purr_for(const registrar::RegisterRequest& wanted,
                                       const registrar::UserEntry& user) const {
  const registrar::WantedContact* only = nullptr;
  for (const auto& contact : wanted.contacts) {
    if (contact.expires.count() == 0 || !contact.push) continue;
    if (only) return {};
    only = &contact;
  }
  if (!only || !core_.settings->wake.mid_dialog) return {};
  for (const auto id : user.devices)
    if (core_.directory.device(id)->row.key == only->device_key)
      return routing::purr_of(core_.secret, id);
  return {};
}

void RegistrationDesk::refuse(sip::transaction::ServerId server, const Message& request,
                              const sip::Flow& flow, const registrar::Refusal& refusal) {
  ++core_.counters.registers_refused;
  Core::Headers headers;
  if (refusal.min_expires.count() > 0)
    headers.emplace_back(HeaderName::min_expires, std::to_string(refusal.min_expires.count()));
  if (refusal.status == 555)
    for (const auto service : push_services(*core_.settings))
      headers.emplace_back(HeaderName::feature_caps,
                           std::string{"*;+sip.pns=\""}.append(service).append("\""));
  core_.respond(server, request, flow, refusal.status, refusal.reason, headers);
  core_.report(Level::info, "register.refused",
               {{"call_id", std::string{request.value(HeaderName::call_id)}},
                {"flow", sip::to_string(flow)},
                {"status", std::to_string(refusal.status)},
                {"reason", refusal.reason}});
}

void RegistrationDesk::on_committed(Seq seq) {
  while (!uncommitted_.empty() && uncommitted_.front().seq <= seq) {
    const auto& went = uncommitted_.front().outcome.went;
    core_.went.insert(core_.went.end(), went.begin(), went.end());
    uncommitted_.pop_front();
  }
}

/// A later REGISTER of the same device stands, and takes over what the device was before the lost
/// one. Its rows are written whole, for they built on those that are lost.
void RegistrationDesk::hand_on(registrar::Outcome& lost, Seq to) {
  std::erase_if(lost.before, [&](auto& was) {
    for (Uncommitted& later : uncommitted_) {
      if (later.seq <= to) continue;
      for (auto& [id, before] : later.outcome.before) {
        if (id != was.first) continue;
        before = std::move(was.second);
        if (const auto* device = core_.directory.device(id)) {
          core_.write(device->row);
          for (const auto& contact : device->contacts) core_.write(contact.row);
        }
        return true;
      }
    }
    return false;
  });
}

void RegistrationDesk::on_store_failed(Seq from, Seq to) {
  // Newest first, so that what a device was before the first of them is what remains.
  for (auto at = uncommitted_.rbegin(); at != uncommitted_.rend(); ++at) {
    if (at->seq < from || at->seq > to) continue;
    hand_on(at->outcome, to);
    registrar::undo(at->outcome, core_.directory);
    std::string refusal =
        core_.build_reply(at->request, at->flow, 503, {}, {{HeaderName::retry_after, "5"}});
    core_.transactions.amend(at->server, sip::make_bytes(refusal));
    core_.send(at->flow, std::move(refusal));
    --core_.counters.registers_ok;
    ++core_.counters.registers_refused;
  }
  std::erase_if(uncommitted_, [&](const Uncommitted& u) { return u.seq >= from && u.seq <= to; });
}

void RegistrationDesk::restore(const record::Snapshot& snapshot) {
  for (const record::Device& row : snapshot.devices) {
    const auto* device = core_.directory.device(row.id);
    if (device && device->contacts.empty()) watch_sleeper(*device);
  }
}

/// A sleeping device is forgotten when it has not registered for long (`device.forget_after`).
void RegistrationDesk::watch_sleeper(const registrar::DeviceEntry& device) {
  const auto silent = core_.now.wall - device.row.last_register;
  const auto left =
      std::max<sip::Duration>(core_.settings->device.forget_after - silent, sip::Duration{0});
  core_.directory.set_sleep_limit(device.row.id, core_.now.mono + left);
}

void RegistrationDesk::watch_flow(const sip::Flow& flow) {
  if (keeps_itself_open(flow.transport)) silences_.set(flow, core_.now.mono + longest_silence());
}

sip::Duration RegistrationDesk::longest_silence() const {
  return core_.settings->registrar.flow_timer + flow_grace;
}

/// RFC 5626 section 4.4.1: a flow whose phone is not heard though it said it would be is dead.
void RegistrationDesk::close_silent_flows() {
  while (const auto flow = silences_.pop_due(core_.now.mono)) {
    const auto heard = core_.directory.last_traffic(*flow);
    if (!heard || !core_.is_open(*flow)) continue;
    if (*heard + longest_silence() > core_.now.mono) {
      silences_.set(*flow, *heard + longest_silence());
      continue;
    }
    core_.report(Level::info, "flow.silent", {{"flow", sip::to_string(*flow)}});
    core_.put(CloseFlow{*flow});
  }
}

std::optional<sip::TimePoint> RegistrationDesk::next_deadline() const {
  const auto expiry = core_.directory.next_expiry();
  const auto silence = silences_.next();
  if (!expiry || !silence) return expiry ? expiry : silence;
  return std::min(*expiry, *silence);
}

void RegistrationDesk::on_deadline() {
  close_silent_flows();
  while (const auto expired = core_.directory.pop_expired(core_.now.mono)) {
    core_.write(record::Erase{record::Table::binding, expired->binding});
    const auto* device = core_.directory.device(expired->device);
    if (!device || !device->contacts.empty()) continue;
    core_.report(Level::debug, "register.expired",
                 {{"aor", std::string{core_.directory.aor_of(expired->device)}},
                  {"device", std::to_string(expired->device)}});
    if (device->row.push) {
      core_.write(device->row);  // with the time of its last REGISTER
      watch_sleeper(*device);
    } else {
      // Nobody can wake it; but what rings on it now must not ring again when it registers.
      core_.directory.set_sleep_limit(expired->device,
                                      core_.now.mono + core_.settings->fork.ring_limit);
    }
  }
  while (const auto overslept = core_.directory.pop_overslept(core_.now.mono)) {
    const auto* device = core_.directory.device(*overslept);
    if (device && device->contacts.empty()) forget(*overslept);
  }
}

void RegistrationDesk::forget(registrar::DeviceId device) {
  core_.directory.remove_device(device);
  core_.went.push_back(device);
  core_.write(record::Erase{record::Table::device, device});
}

}  // namespace proxy
