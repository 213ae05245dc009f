#include "proxy/core/engine/abuse_desk.hpp"

#include <algorithm>

#include "proxy/core/engine/ban_rows.hpp"
#include "proxy/core/engine/route_choice.hpp"
#include "proxy/core/registrar/register_request.hpp"
#include "proxy/core/settings/identity.hpp"
#include "proxy/core/settings/source.hpp"
#include "sipstack/message/name_addr.hpp"

namespace proxy {

using admission::Guard;
using sip::HeaderName;
using sip::Method;

namespace {

/// How often in a row an awaited phone may come over an address that is banned or has spent all:
/// enough for any phone, too little to guess a password.
constexpr sip::Rate awaited_visits{std::chrono::milliseconds{250}, 40};

/// The same of all calls to emergency numbers that their senders' limits would keep out: a flood of
/// them must not be the end of everything else.
constexpr sip::Rate emergency_calls{std::chrono::milliseconds{50}, 200};

}  // namespace

void AbuseDesk::restore(const record::Snapshot& snapshot) {
  const auto times = admission::ban_times(*core_.settings);
  const auto useless =
      core_.guard->bans.load(snapshot.bans, snapshot.last_ids.ban, times, core_.now);
  for (const auto id : useless) core_.write(record::Erase{record::Table::ban, id});
}

bool AbuseDesk::admits(const sip::Flow& flow, sip::Allowance* own, const std::string& bytes) {
  const auto& settings = *core_.settings;
  const auto now = core_.now.mono;
  awaited_ = false;
  if (own) {
    stranger_ = false;
    if (Guard::device_message(*own, settings, now)) return true;
    if (is_awaited(flow) || admission::is_exempt(flow, settings)) return true;
    if (is_emergency_call(flow, bytes)) return true;
    ++core_.counters.refused_messages;
    refuse(flow, "messages");
    return false;
  }
  stranger_ = true;
  const auto look = core_.guard->message(flow, settings, now);
  if (look == Guard::Look::good || second_look(flow, bytes)) return true;
  const bool banned = look == Guard::Look::banned;
  ++(banned ? core_.counters.refused_banned : core_.counters.refused_messages);
  if (banned && flow.reliable()) core_.put(CloseFlow{flow});
  if (!banned) refuse(flow, "messages");
  return false;
}

/// What would be dropped: is it from somebody who is never limited, or whom a call waits for?
bool AbuseDesk::second_look(const sip::Flow& flow, const std::string& bytes) {
  if (admission::is_exempt(flow, *core_.settings)) return true;
  if (core_.guard->is_proven(flow) && is_emergency_call(flow, bytes)) return true;
  if (book_.calls().empty() || !bytes.starts_with("REGISTER ")) return false;
  const auto request = Message::parse(bytes, core_.settings->limits);
  awaited_ = request && request->is_request() && is_awaited(*request);
  return awaited_;
}

bool AbuseDesk::is_emergency_call(const sip::Flow& flow, const std::string& bytes) {
  if (!bytes.starts_with("INVITE ")) return false;
  const auto request = Message::parse(bytes, core_.settings->limits);
  return request && request->is_request() && is_emergency(core_, *request, flow) &&
         emergencies_.spend(emergency_calls, core_.now.mono);
}

bool AbuseDesk::admits(const Message& request, const sip::Flow& flow) {
  const auto agent = request.value(HeaderName::user_agent);
  if (agent.empty() || !admission::is_scanner(agent, *core_.settings)) return true;
  if (admission::is_trusted(flow, *core_.settings)) return true;
  ++core_.counters.refused_scanners;
  if (core_.guard->worth_telling(flow, core_.now.mono))
    core_.report(Level::info, "abuse.scanner",
                 {{"flow", sip::to_string(flow)}, {"user_agent", std::string{agent}}});
  return false;
}

bool AbuseDesk::admits_new(const Message& request, const sip::Flow& flow) {
  const auto& settings = *core_.settings;
  if (!stranger_ || awaited_ || core_.guard->is_proven(flow)) return true;
  if (core_.guard->request(flow, settings, core_.now.mono)) return true;
  if (admission::is_exempt(flow, settings)) return true;
  if (request.method() == Method::register_ && is_awaited(request)) return true;
  if (is_emergency(core_, request, flow) && emergencies_.spend(emergency_calls, core_.now.mono))
    return true;
  ++core_.counters.refused_requests;
  refuse(flow, "requests");
  return false;
}

bool AbuseDesk::distrusts(const Message& request, const sip::Flow& flow) {
  const auto& settings = *core_.settings;
  if (!core_.guard->is_suspect(flow, settings, core_.now.mono)) return false;
  if (admission::is_exempt(flow, settings)) return false;
  return std::ranges::any_of(request.headers(), [&](const sip::Header& h) {
    if (h.name != HeaderName::authorization && h.name != HeaderName::proxy_authorization)
      return false;
    const auto credentials = sip::auth::Credentials::parse(request.value(h));
    return credentials &&
           core_.guard->distrusts(flow, credentials->nonce, settings, core_.now.mono);
  });
}

void AbuseDesk::challenged(const sip::Flow& flow, std::string_view nonce) {
  core_.guard->challenged(flow, nonce, core_.now.mono);
}

void AbuseDesk::failed(const Message& request, const sip::Flow& flow, std::string_view nonce) {
  const auto& settings = *core_.settings;
  ++core_.counters.failed_logins;
  core_.report(Level::info, "auth.failed",
               {{"call_id", std::string{request.value(HeaderName::call_id)}},
                {"flow", sip::to_string(flow)},
                {"user", uri_of(request.value(HeaderName::from))}});
  if (admission::is_exempt(flow, settings)) return;
  auto& guard = *core_.guard;
  const auto source = source_of(flow.peer.address);
  if (!guard.failed(flow, nonce, settings, core_.now.mono)) return;
  if (guard.bans.is_banned(source, core_.now.mono)) return;
  set_ban(core_, source, "wrong passwords", std::nullopt);
}

/// A device with a contact on this flow has an open leg.
bool AbuseDesk::is_awaited(const sip::Flow& flow) const {
  return std::ranges::any_of(core_.directory.on_flow(flow),
                             [this](DeviceKey device) { return !book_.of_device(device).empty(); });
}

/// A call waits for the device that this REGISTER is from, or for any device of its user.
bool AbuseDesk::is_awaited(const Message& request) {
  const auto aor = local_aor(request.value(HeaderName::to), *core_.settings);
  const auto* user = aor ? core_.directory.find_user(*aor) : nullptr;
  if (!user) return false;
  for (const CallKey key : book_.to_user(user->row.id)) {
    CallEntry& call = *book_.find(key);
    if (call.asked_user != 0 && call.visits.spend(awaited_visits, core_.now.mono)) return true;
  }
  registrar::RegisterRequest wanted;
  if (registrar::read_register(request, *core_.settings, wanted)) return false;
  for (const DeviceKey id : user->devices) {
    const auto& key = core_.directory.device(id)->row.key;
    const bool meant = std::ranges::any_of(
        wanted.contacts, [&](const auto& contact) { return contact.device_key == key; });
    if (meant && waits_for(id)) return true;
  }
  return false;
}

bool AbuseDesk::waits_for(DeviceKey device) {
  for (const CallKey key : book_.of_device(device))
    if (CallLeg* leg = book_.find(key)->leg(device))
      if (!wake::is_settled(leg->row.state) && leg->visits.spend(awaited_visits, core_.now.mono))
        return true;
  return false;
}

/// Over a stream nothing is repeated that was dropped: the connection goes with it.
void AbuseDesk::refuse(const sip::Flow& flow, std::string_view what) {
  if (flow.reliable()) core_.put(CloseFlow{flow});
  if (!core_.guard->worth_telling(flow, core_.now.mono)) return;
  core_.report(
      Level::warn, "abuse.limited",
      {{"address", source_text(source_of(flow.peer.address))}, {"what", std::string{what}}});
}

void AbuseDesk::on_deadline() {
  const auto times = admission::ban_times(*core_.settings);
  while (const auto due = core_.guard->bans.pop_due(times, core_.now.mono)) {
    if (due->forgotten)
      core_.keep(record::Erase{record::Table::ban, due->row.id});
    else
      core_.report(Level::info, "ban.ended", {{"address", due->row.address}});
  }
}

std::optional<sip::TimePoint> AbuseDesk::next_deadline() const {
  return core_.guard ? core_.guard->bans.next_deadline() : std::nullopt;
}

}  // namespace proxy
