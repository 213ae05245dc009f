#pragma once
#include <string_view>

#include "sipstack/message/error.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"

namespace sip {

/// One value of Route, Record-Route, Path or Service-Route: a URI in angle brackets (RFC 3261
/// section 20.34).
struct RouteView {
  NameAddrView address;
  UriView uri;

  /// A loose router (RFC 3261 section 16.12).
  bool loose() const { return uri.params.has("lr"); }
  /// `text` is one value, not a list.
  static Parsed<RouteView> parse(std::string_view text);
};

}  // namespace sip
