#include "proxy/core/engine/core.hpp"
#include "proxy/core/routing/loop_mark.hpp"
#include "proxy/core/settings/identity.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/push_params.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/values.hpp"
#include "sipstack/message/via.hpp"

namespace proxy {

using sip::HeaderName;

void Core::forward_edits(sip::Rewrite& edit, const Message& request, const sip::Flow& from,
                         std::string_view via_value, unsigned breadth) const {
  if (const sip::Header* top = request.first(HeaderName::via)) {
    std::string_view rest = request.value(*top);
    const auto first = sip::take_list_item(rest).value_or(std::string_view{});
    std::string value = sip::via_with_source(first, from.peer.address.to_string(), from.peer.port);
    if (!rest.empty()) value.append(",").append(rest);
    edit.set(*top, std::move(value));
  }
  const auto left = sip::parse_number(request.value(HeaderName::max_forwards), 255);
  edit.set(HeaderName::max_forwards, std::to_string(left && *left > 0 ? *left - 1 : 70));
  edit.set(HeaderName::max_breadth, std::to_string(breadth));
  sip::remove_push(edit, request);
  edit.prepend(HeaderName::via, via_value);
}

std::string Core::backward(const Message& response) const {
  sip::Rewrite edit{response};
  edit.remove_first_value(HeaderName::via);
  sip::remove_push(edit, response);
  return edit.build();
}

bool Core::has_way_back(const Message& response) {
  sip::Values vias{response, HeaderName::via};
  return vias.next() && vias.next();
}

void Core::put_routes(sip::Rewrite& edit, routing::RouteSet routes) {
  routes.suit_next_hop();
  edit.request_uri(routes.uri).remove(HeaderName::route);
  if (!routes.values.empty()) edit.prepend(HeaderName::route, routes.line());
}

void Core::put_record_route(sip::Rewrite& edit, const sip::Flow& from, const sip::Flow& to,
                            std::string_view cookie) const {
  const auto put = [&](const sip::Flow& flow) {
    std::string value{"<sip:"};
    value.append(cookie).append("@").append(local_host_port(flow));
    if (flow.reliable()) value.append(";transport=").append(sip::uri_name(flow.transport));
    edit.prepend(HeaderName::record_route, value.append(";lr>"));
  };
  put(from);
  if (to.transport != from.transport || to.listener != from.listener) put(to);
}

std::string Core::loop_mark(const Message& request) const {
  const auto uri = sip::UriView::parse(request.request_uri());
  const auto aor = uri ? local_aor(*uri, *settings) : std::nullopt;
  return routing::loop_mark(request, aor ? *aor : request.request_uri(), secret);
}

bool Core::has_looped(const Message& request) const {
  return routing::came_by_here(request) && routing::has_mark(request, loop_mark(request));
}

unsigned Core::breadth_of(const Message& request) {
  constexpr unsigned most = 60;
  const auto text = request.value(HeaderName::max_breadth);
  if (text.empty()) return most;
  return static_cast<unsigned>(sip::parse_number(text, most).value_or(most));
}

std::int64_t Core::device_at(std::string_view aor, const sip::Flow& flow) {
  const auto* user = directory.find_user(aor);
  if (!user) return 0;
  for (const auto id : user->devices)
    for (const auto& contact : directory.device(id)->contacts)
      if (contact.flow == flow) return id;
  return 0;
}

}  // namespace proxy
