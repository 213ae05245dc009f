#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace proxy::routing {

/// Where a request goes: its Request-URI and the values of Route, as a loose router sees them.
struct RouteSet {
  std::string uri;
  std::vector<std::string> values;

  /// Adds the values of a Route or Path line; empty items are left out.
  void add(std::string_view list);
  /// RFC 3261 section 16.6 step 6: before a strict router the Request-URI is what it is named by,
  /// and the real one comes last in Route.
  void suit_next_hop();
  /// The Route line; empty when there is none.
  std::string line() const;
};

}  // namespace proxy::routing
