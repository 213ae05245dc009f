#include "proxy/core/routing/route_set.hpp"

#include <utility>

#include "sipstack/message/params.hpp"
#include "sipstack/message/route.hpp"

namespace proxy::routing {

void RouteSet::add(std::string_view list) {
  while (const auto item = sip::take_list_item(list))
    if (!item->empty()) values.emplace_back(*item);
}

void RouteSet::suit_next_hop() {
  if (values.empty()) return;
  const auto first = sip::RouteView::parse(values.front());
  if (!first || first->loose()) return;
  std::string strict{first->address.uri};
  values.erase(values.begin());
  values.push_back("<" + uri + ">");
  uri = std::move(strict);
}

std::string RouteSet::line() const {
  std::string out;
  for (const auto& value : values) out.append(out.empty() ? "" : ", ").append(value);
  return out;
}

}  // namespace proxy::routing
