#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/engine/core.hpp"
#include "proxy/core/trunk/route_table.hpp"
#include "proxy/core/view/view.hpp"

namespace proxy {

/// What a Request-URI asks of the routes; nothing when it names nobody (no user part, or neither a
/// SIP URI nor a telephone number).
std::optional<trunk::Asked> asked_of(std::string_view request_uri, const Settings& settings);
/// "+4930@provider": who the request says it is from.
std::string claimed_caller(const sip::Message& request);
/// True for an INVITE to a number of an emergency route.
bool is_emergency(const Core& core, const sip::Message& request, const sip::Flow& from);

/// Blanks only help to read, and stand in no number and no URI.
bool has_blank(std::string_view text);
/// "0301234", "bob@example.com" or a URI, as a URI.
std::string uri_of_number(std::string_view text, const Settings& settings);

/// What the routes say of a call: by which ways it may leave, and where it ends when there is none
/// or all have failed.
struct Routed {
  std::vector<Way> ways;
  std::optional<trunk::Choice> end;
  bool full{false};  ///< a trunk had no channel free
};
Routed ways_of(const Core& core, const CallDesk& calls, const trunk::Asked& asked);

/// Where a call would go now, step by step.
view::Answer test_route(Core& core, const view::RouteTest& query);

}  // namespace proxy
