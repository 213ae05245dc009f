#pragma once
#include <string>
#include <string_view>

#include "sipstack/message/error.hpp"
#include "sipstack/message/params.hpp"

namespace sip {

/// One value of From, To, Contact, Route, Record-Route, Path and their like: name-addr or
/// addr-spec, then header parameters (RFC 3261 section 20.10: without angle brackets every
/// parameter belongs to the header).
struct NameAddrView {
  std::string_view display_name;  ///< as written, quotes included
  std::string_view uri;
  ParamsView params;
  bool wildcard{false};   ///< Contact: *
  bool bracketed{false};  ///< the URI stood in angle brackets

  static Parsed<NameAddrView> parse(std::string_view text);
};

}  // namespace sip
