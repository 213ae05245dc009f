#include "sipstack/message/route.hpp"

namespace sip {

Parsed<RouteView> RouteView::parse(std::string_view text) {
  const auto address = NameAddrView::parse(text);
  if (!address) return address.error();
  // Without brackets the lr would belong to the header and not to the URI.
  if (!address->bracketed) return ParseError{ParseErrc::bad_name_addr, 0};
  const auto uri = UriView::parse(address->uri);
  if (!uri) return uri.error();
  return RouteView{*address, *uri};
}

}  // namespace sip
