#include "proxy/core/engine/dialog_desk.hpp"

#include "proxy/core/engine/gruu.hpp"
#include "proxy/core/settings/identity.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/push_params.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using sip::HeaderName;
using sip::transaction::ClientId;
using sip::transaction::ServerId;

namespace {

/// The cookie of a Route value, whatever it is worth.
std::string_view cookie_text(std::string_view route_value) {
  const auto address = sip::NameAddrView::parse(route_value);
  if (!address) return {};
  const auto uri = sip::UriView::parse(address->uri);
  return uri && uri->is_sip() ? uri->user : std::string_view{};
}

std::string_view first_route(const Message& request) {
  std::string_view rest = request.value(HeaderName::route);
  return sip::take_list_item(rest).value_or(std::string_view{});
}

}  // namespace

std::optional<DialogDesk::Way> DialogDesk::way_of(const Message& request) const {
  const auto text = cookie_text(first_route(request));
  if (text.empty()) return std::nullopt;
  const auto call_id = request.value(HeaderName::call_id);
  const auto from_tag = sip::tag_of(request.value(HeaderName::from));
  const auto to_tag = sip::tag_of(request.value(HeaderName::to));
  if (const auto cookie = routing::decode(text, core_.secret, call_id, from_tag))
    return Way{*cookie, true};
  if (const auto cookie = routing::decode(text, core_.secret, call_id, to_tag))
    return Way{*cookie, false};
  return std::nullopt;
}

std::optional<sip::Flow> DialogDesk::flow_of(const routing::Side& side) const {
  if (side.pbx) {
    const auto route = core_.hops.to_pbx(*core_.settings, side.flow, core_.now.mono);
    return route.flows.empty() ? std::nullopt : std::optional{route.flows.front()};
  }
  const auto* device = core_.directory.device(side.device);
  if (device) {
    for (const auto& contact : device->contacts)
      if (contact.flow == side.flow && contact.flow_open) return side.flow;
    if (const auto* contact = device->reachable()) return contact->flow;
  }
  if (core_.is_open(side.flow)) return side.flow;
  return std::nullopt;
}

/// Where the other side said its Contact is. A GRUU of ours is what we know it by: the phone is
/// told the contact it registered (RFC 5627 section 5.4).
std::string DialogDesk::uri_of_dialog(const Message& request, const routing::Side& side) const {
  const auto uri = sip::UriView::parse(request.request_uri());
  if (uri && is_own_gruu(*uri, *core_.settings))
    if (const auto* device = core_.directory.device(side.device))
      if (const auto* contact = device->reachable())
        return sip::without_push_params(contact->row.contact);
  return sip::without_push_params(request.request_uri());
}

bool DialogDesk::is_own_route(std::string_view value, const Message& request) const {
  const auto text = cookie_text(value);
  if (text.empty()) return false;
  const auto call_id = request.value(HeaderName::call_id);
  for (const auto name : {HeaderName::from, HeaderName::to})
    if (routing::decode(text, core_.secret, call_id, sip::tag_of(request.value(name)))) return true;
  return false;
}

/// Takes our one or two Record-Routes (RFC 5658) off the Route set.
void DialogDesk::remove_own_routes(sip::Rewrite& edit, const Message& request) const {
  std::string left;
  bool leading = true;
  for (const sip::Header& h : request.headers()) {
    if (h.name != HeaderName::route) continue;
    std::string_view rest = request.value(h);
    while (const auto item = sip::take_list_item(rest)) {
      leading = leading && is_own_route(*item, request);
      if (leading) continue;
      if (!left.empty()) left += ", ";
      left += *item;
    }
  }
  edit.remove(HeaderName::route);
  if (auto clean = sip::without_push_in_uris(left)) left = std::move(*clean);
  if (!left.empty()) edit.prepend(HeaderName::route, left);
}

void DialogDesk::forward(const Message& request, const sip::Flow& from, const Way& way) {
  const auto& side = way.to_callee ? way.cookie.callee : way.cookie.caller;
  const bool is_ack = request.method() == sip::Method::ack;
  if (side.pbx && !is_ack)
    return relay_to_pbx(request, from,
                        core_.hops.to_pbx(*core_.settings, side.flow, core_.now.mono), true);
  const auto flow = flow_of(side);
  if (!flow) {
    if (!is_ack) core_.reply_stateless(request, from, 430);
    return;
  }
  const auto uri = uri_of_dialog(request, side);
  const bool is_server =
      side.pbx || (side.device == 0 && admission::is_trusted(*flow, *core_.settings));
  if (is_ack) return forward_ack(request, from, *flow, is_server, uri);
  if (is_server) return relay_to_pbx(request, from, {{*flow}, false}, true);
  relay(request, from, {{*flow, uri, {}}}, true);
}

/// Nobody hears when it is lost, so a large one goes by TCP only where that is open.
void DialogDesk::forward_ack(const Message& ack, const sip::Flow& from, const sip::Flow& hop,
                             bool is_server, std::string_view uri) {
  const auto branch = core_.transactions.new_branch();
  const auto written = [&](const sip::Flow& way) {
    sip::Rewrite edit{ack};
    edit.request_uri(uri);
    remove_own_routes(edit, ack);
    core_.forward_edits(edit, ack, from, core_.via(way, branch.text));
    return edit.build();
  };
  auto bytes = written(hop);
  if (is_server) {
    const auto way = core_.hops.way_for(hop, bytes.size(), *core_.settings, core_.now.mono);
    if (way != hop && core_.is_connected(way)) return core_.send(way, written(way));
  }
  core_.send(hop, std::move(bytes));
}

void DialogDesk::forward_to_user(const Message& request, const sip::Flow& from,
                                 const registrar::UserEntry& callee, registrar::DeviceId only) {
  std::vector<Target> targets;
  for (const auto id : callee.devices) {
    if (only != 0 && only != id) continue;
    const auto* contact = core_.directory.device(id)->reachable();
    if (contact)
      targets.push_back(
          {contact->flow, sip::without_push_params(contact->row.contact), contact->row.path});
  }
  if (targets.empty()) return core_.reply_stateless(request, from, 480);
  relay(request, from, targets, false);
}

void DialogDesk::forward_to_pbx(const Message& request, const sip::Flow& from) {
  relay_to_pbx(request, from, core_.hops.to_pbx(*core_.settings, core_.now.mono), false);
}

/// The end of the table when there is no room; then it is answered.
DialogDesk::Relays::iterator DialogDesk::open_relay(const Message& request, const sip::Flow& from,
                                                    bool in_dialog) {
  const auto server = core_.transactions.open(request, from, core_.now.mono);
  if (!server) {
    ++core_.counters.overload;
    core_.reply_stateless(request, from, 503, {}, {{HeaderName::retry_after, "5"}});
    return relays_.end();
  }
  const auto at = relays_.try_emplace(*server).first;
  at->second.method = request.method();
  at->second.in_dialog = in_dialog;
  at->second.request = request;
  at->second.from = from;
  if (request.method() == sip::Method::invite) core_.respond(*server, request, from, 100);
  return at;
}

void DialogDesk::relay(const Message& request, const sip::Flow& from,
                       const std::vector<Target>& targets, bool in_dialog) {
  const auto at = open_relay(request, from, in_dialog);
  if (at == relays_.end()) return;
  for (const Target& target : targets) send_to(at->first, at->second, target);
  if (at->second.open == 0) finish(at->first, at->second);
}

std::string DialogDesk::request_for(const Relay& relay, const Target& target, const sip::Flow& way,
                                    std::string_view branch) const {
  const Message& request = relay.request;
  sip::Rewrite edit{request};
  edit.request_uri(target.uri);
  if (relay.in_dialog) {
    remove_own_routes(edit, request);
  } else {
    edit.remove(HeaderName::route).remove(HeaderName::proxy_authorization);
    if (!admission::is_trusted(relay.from, *core_.settings))
      edit.remove(HeaderName::p_asserted_identity);
    if (!target.path.empty()) edit.prepend(HeaderName::route, target.path);
  }
  core_.forward_edits(edit, request, relay.from, core_.via(way, branch));
  return edit.build();
}

bool DialogDesk::send_to(ServerId server, Relay& relay, const Target& target) {
  const auto branch = core_.transactions.new_branch();
  auto bytes = request_for(relay, target, target.flow, branch.text);
  auto way = target.flow;
  if (target.hop) way = core_.hops.way_for(way, bytes.size(), *core_.settings, core_.now.mono);
  if (way != target.flow) {
    relay.hop = way;
    relay.hops.insert(relay.hops.begin(), target.flow);
    bytes = request_for(relay, target, way, branch.text);
  }
  if (!core_.transactions.start(branch, relay.method, sip::make_bytes(std::move(bytes)), way, 0,
                                core_.now.mono, core_.layer_out))
    return false;
  core_.flush();
  relay.clients.push_back(branch.id);
  ++relay.open;
  by_client_[branch.id] = server;
  return true;
}

bool DialogDesk::cancel(ServerId server, std::string_view reason) {
  const auto found = relays_.find(server);
  if (found == relays_.end()) return false;
  for (const ClientId client : found->second.clients)
    core_.transactions.cancel(client, reason, core_.now.mono, core_.layer_out);
  core_.flush();
  return true;
}

bool DialogDesk::on_response(ClientId client, const Message& response) {
  const auto at = by_client_.find(client);
  if (at == by_client_.end()) return false;
  const ServerId server = at->second;
  const auto found = relays_.find(server);
  if (found == relays_.end()) return true;
  Relay& relay = found->second;
  const int status = response.status();
  if (was_left(relay, client) && status >= 300) return true;
  relay.heard = true;
  if (status > 100 && status < 200) relay.hops.clear();
  if (status == 503 && left_hop(server, relay, Left::said_503)) return true;
  if (status == 100) return true;
  const bool final_error = status >= 300;
  if (final_error) {
    if (relay.best_status == 0 || status < relay.best_status) {
      relay.best_status = status;
      relay.best_response = core_.backward(response);
    }
    if (relay.open > 0) --relay.open;
    if (relay.open == 0) finish(server, relay);
    return true;
  }
  // A non-INVITE gets one final response; what other devices say to it is dropped.
  if (status >= 200 && relay.answered && relay.method != sip::Method::invite) return true;
  if (status >= 200) relay.answered = true;
  core_.transactions.respond(server, status, sip::make_bytes(core_.backward(response)), 0,
                             core_.now.mono, core_.layer_out);
  core_.flush();
  return true;
}

bool DialogDesk::on_client_lost(ClientId client) {
  const auto at = by_client_.find(client);
  if (at == by_client_.end()) return false;
  const auto found = relays_.find(at->second);
  if (found == relays_.end()) return true;
  Relay& relay = found->second;
  if (was_left(relay, client) || left_hop(at->second, relay, Left::lost)) return true;
  if (relay.open > 0) --relay.open;
  if (relay.open == 0) finish(at->second, relay);
  return true;
}

void DialogDesk::on_server_ended(ServerId server) {
  relays_.erase(server);
  hop_deadlines_.set(server, std::nullopt);
}

void DialogDesk::on_client_ended(ClientId client) { by_client_.erase(client); }

/// Every branch has ended without a 2xx.
void DialogDesk::finish(ServerId server, Relay& relay) {
  if (relay.answered) return;
  relay.answered = true;
  if (!relay.best_response.empty() && relay.best_status != 503) {
    core_.transactions.respond(server, relay.best_status,
                               sip::make_bytes(std::move(relay.best_response)), 0, core_.now.mono,
                               core_.layer_out);
    return core_.flush();
  }
  // RFC 4320 section 4.2 forbids 408 to a non-INVITE request; the sender has timed out by now.
  const int status = relay.best_status == 503 ? 500 : 480;
  core_.respond(server, relay.request, relay.from,
                relay.method == sip::Method::invite && status == 480 ? 408 : status);
}

}  // namespace proxy
