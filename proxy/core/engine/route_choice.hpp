#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/engine/core.hpp"
#include "proxy/core/trunk/route_table.hpp"
#include "proxy/core/view/view.hpp"

namespace proxy {

/// What a Request-URI asks of the routes; nothing when it names nobody (no user part, or neither a
/// SIP URI nor a telephone number).
std::optional<trunk::Asked> asked_of(std::string_view request_uri, const Settings& settings);

/// Where a call would go now, step by step.
view::Answer test_route(Core& core, const view::RouteTest& query);

}  // namespace proxy
