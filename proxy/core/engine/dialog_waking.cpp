#include <algorithm>
#include <utility>

#include "proxy/core/engine/dialog_desk.hpp"
#include "proxy/core/push/route.hpp"
#include "proxy/core/routing/purr.hpp"
#include "sipstack/message/push_params.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using sip::transaction::ServerId;

namespace {

constexpr sip::Duration fresh_traffic{30'000};  ///< a flow that carried traffic is taken as alive
/// Before the sender's Timer F (32 s) gives the request up.
constexpr sip::Duration longest_wait{30'000};

/// The purr a phone put into its Contact, which is the Request-URI now.
std::string_view purr_in(const Message& request) {
  const auto uri = sip::UriView::parse(request.request_uri());
  if (!uri || !uri->is_sip()) return {};
  for (const std::string_view name : {sip::kept_purr, std::string_view{"pn-purr"}})
    if (const auto value = uri->params.value(name)) return *value;
  return {};
}

}  // namespace

/// RFC 8599 section 6.2.3: a phone that is to be woken for requests inside its dialogs, and whose
/// flow may be dead.
bool DialogDesk::sleeps(const Message& request, const routing::Side& side) const {
  const auto* device = core_.directory.device(side.device);
  if (side.pbx || !device || !core_.settings->wake.mid_dialog) return false;
  if (!device->row.push || !device->row.token_dead.empty()) return false;
  const auto* contact = device->reachable();
  const auto heard = contact ? core_.directory.last_traffic(contact->flow) : std::nullopt;
  if (heard && core_.now.mono - *heard < fresh_traffic) return false;
  const auto purr = purr_in(request);
  return !purr.empty() && routing::is_purr_of(purr, core_.secret, device->row.id);
}

void DialogDesk::wake_and_relay(const Message& request, const sip::Flow& from,
                                const routing::Side& side) {
  const auto at = open_relay(request, from, Kind::inside, {});
  if (at == relays_.end()) return;
  const ServerId server = at->first;
  Relay& relay = at->second;
  const auto patience = std::min(core_.settings->wake.timeout, longest_wait);
  if (wakes_.ask(side.device, request.value(sip::HeaderName::call_id), patience)) {
    relay.waits_for = side.device;
    relay.wake_until = core_.now.mono + patience;
    sleepers_.emplace(side.device, server);
    core_.report(Level::info, "dialog.held",
                 {{"call_id", std::string{request.value(sip::HeaderName::call_id)}},
                  {"method", std::string{request.method_text()}},
                  {"device", std::to_string(side.device)}});
  }
  // It may be there all the same.
  if (const auto flow = flow_of(side))
    send_to(server, relay, {*flow, uri_of_dialog(request, side), {}, 0, false},
            Core::breadth_of(request));
  if (relay.open == 0 && relay.waits_for == 0) finish(server, relay, false);
  rearm(server, relay);
}

void DialogDesk::device_came(registrar::DeviceId device) {
  if (sleepers_.empty()) return;
  const auto* entry = core_.directory.device(device);
  const auto* contact = entry ? entry->reachable() : nullptr;
  if (!contact) return;
  const auto [begin, end] = sleepers_.equal_range(device);
  std::vector<ServerId> waiting;
  for (auto at = begin; at != end; ++at) waiting.push_back(at->second);
  std::ranges::sort(waiting);
  for (const ServerId server : waiting) {
    Relay& relay = relays_.at(server);
    deliver(server, relay, *contact);
    stop_waiting(server, relay);
    if (relay.open == 0) finish(server, relay, false);
    rearm(server, relay);
  }
}

void DialogDesk::deliver(ServerId server, Relay& relay, const registrar::Contact& contact) {
  if (relay.answered) return;
  if (relay.open > 0 && relay.way == contact.flow) {
    // Not at the next retransmission: the phone listens now.
    if (relay.sent && !relay.way.reliable())
      core_.put(Send{relay.way, relay.sent, core_.behind(contact), relay.clients.back()});
    return;
  }
  for (const auto client : relay.clients) core_.transactions.hush(client);
  const routing::Side side{contact.flow, relay.waits_for, false};
  send_to(server, relay, {contact.flow, uri_of_dialog(relay.request, side), {}, 0, false},
          Core::breadth_of(relay.request), core_.behind(contact));
}

void DialogDesk::stop_waiting(ServerId server, Relay& relay) {
  if (relay.waits_for == 0) return;
  const auto [begin, end] = sleepers_.equal_range(relay.waits_for);
  const auto found =
      std::find_if(begin, end, [&](const auto& sleeper) { return sleeper.second == server; });
  if (found != end) sleepers_.erase(found);
  relay.waits_for = 0;
  relay.wake_until.reset();
  relay.sent.reset();
}

void DialogDesk::nobody_came(ServerId server, Relay& relay) {
  stop_waiting(server, relay);
  relay.answered = true;
  core_.respond(server, relay.request, relay.from, 480);
}

}  // namespace proxy
