#include "proxy/core/engine/dialog_desk.hpp"

#include "proxy/core/engine/gruu.hpp"
#include "proxy/core/settings/identity.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/push_params.hpp"
#include "sipstack/message/route.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/values.hpp"

namespace proxy {

using sip::HeaderName;

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

std::string_view DialogDesk::own_cookie(const Message& request) {
  return cookie_text(first_route(request));
}

std::optional<DialogDesk::WayInside> DialogDesk::way_of(const Message& request) const {
  const auto text = own_cookie(request);
  if (text.empty()) return std::nullopt;
  const auto call_id = request.value(HeaderName::call_id);
  const auto from_tag = sip::tag_of(request.value(HeaderName::from));
  const auto to_tag = sip::tag_of(request.value(HeaderName::to));
  if (const auto cookie = routing::decode(text, core_.secret, call_id, from_tag))
    return WayInside{*cookie, true};
  if (const auto cookie = routing::decode(text, core_.secret, call_id, to_tag))
    return WayInside{*cookie, false};
  return std::nullopt;
}

std::optional<Message> DialogDesk::as_loose(const Message& request) const {
  const std::string own = "<" + std::string{request.request_uri()} + ">";
  if (!request.has(HeaderName::route) || !is_own_route(own, request)) return std::nullopt;
  routing::RouteSet routes{{}, {own}};
  sip::Values values{request, HeaderName::route};
  while (const auto value = values.next()) routes.add(*value);
  const auto target = sip::RouteView::parse(routes.values.back());
  if (!target) return std::nullopt;
  routes.uri = target->address.uri;
  routes.values.pop_back();
  sip::Rewrite edit{request};
  edit.request_uri(routes.uri).set(HeaderName::route, routes.line());
  auto loose = Message::parse(edit.build());
  return loose ? std::optional{std::move(*loose)} : std::nullopt;
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
  if (side.trunk == 0) return std::nullopt;
  const auto route = core_.hops.to_trunk(side.trunk, *core_.settings, core_.now.mono);
  return route.flows.empty() ? std::nullopt : std::optional{route.flows.front()};
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

/// The Route set without our one or two Record-Routes (RFC 5658).
routing::RouteSet DialogDesk::routes_beyond_us(const Message& request, std::string uri) const {
  routing::RouteSet routes{std::move(uri), {}};
  bool leading = true;
  sip::Values values{request, HeaderName::route};
  while (const auto value = values.next()) {
    leading = leading && is_own_route(*value, request);
    if (!leading) routes.add(*value);
  }
  if (const auto clean = sip::without_push_in_uris(routes.line())) {
    routes.values.clear();
    routes.add(*clean);
  }
  return routes;
}

void DialogDesk::forward(const Message& request, const sip::Flow& from, const WayInside& way) {
  const auto& side = way.to_callee ? way.cookie.callee : way.cookie.caller;
  const bool is_ack = request.method() == sip::Method::ack;
  if (side.pbx && !is_ack)
    return relay_to_server(request, from,
                           core_.hops.to_pbx(*core_.settings, side.flow, core_.now.mono), 0);
  if (!is_ack && sleeps(request, side)) return wake_and_relay(request, from, side);
  const auto flow = flow_of(side);
  if (!flow) {
    if (!is_ack) core_.reply_stateless(request, from, 430);
    return;
  }
  const auto uri = uri_of_dialog(request, side);
  const bool is_server = side.pbx || side.trunk != 0 ||
                         (side.device == 0 && admission::is_trusted(*flow, *core_.settings));
  if (is_ack) return forward_ack(request, from, *flow, is_server, uri);
  if (is_server) return relay_to_server(request, from, {{*flow}, false}, side.trunk);
  relay(request, from, {{*flow, uri, {}, 0, false}}, Kind::inside, {});
}

/// Nobody hears when it is lost, so a large one goes by TCP only where that is open.
void DialogDesk::forward_ack(const Message& ack, const sip::Flow& from, const sip::Flow& hop,
                             bool is_server, std::string_view uri) {
  const auto branch = core_.transactions.new_branch(core_.loop_mark(ack));
  const auto written = [&](const sip::Flow& way) {
    sip::Rewrite edit{ack};
    Core::put_routes(edit, routes_beyond_us(ack, std::string{uri}));
    core_.forward_edits(edit, ack, from, core_.via(way, branch.text), Core::breadth_of(ack));
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
                                 std::string_view caller, const registrar::UserEntry& callee,
                                 registrar::DeviceId only) {
  std::vector<Target> targets;
  for (const auto id : callee.devices) {
    if (only != 0 && only != id) continue;
    const auto* contact = core_.directory.device(id)->reachable();
    if (contact)
      targets.push_back({contact->flow, sip::without_push_params(contact->row.contact),
                         contact->row.path, id, false});
  }
  if (targets.empty()) return core_.reply_stateless(request, from, 480);
  relay(request, from, targets, Kind::outside, caller);
}

void DialogDesk::forward_to_pbx(const Message& request, const sip::Flow& from,
                                std::string_view caller) {
  forward_by_ways(request, from, caller,
                  {{0, "pbx", sip::without_push_params(request.request_uri()), {}, false}});
}

}  // namespace proxy
