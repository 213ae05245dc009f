#include <utility>

#include "proxy/core/engine/request_router.hpp"
#include "proxy/core/engine/route_choice.hpp"
#include "proxy/core/settings/identity.hpp"
#include "proxy/core/trunk/target.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/message/uri.hpp"

// Requests for nobody we know, by the routes.

namespace proxy {

using sip::HeaderName;
using sip::Method;

bool RequestRouter::by_routes(Message& request, const sip::Flow& flow, const std::string& caller) {
  if (core_.trunks.table().empty()) return false;
  auto asked = asked_of(request.request_uri(), *core_.settings);
  if (!asked) return false;
  const auto* from = core_.trunks.trunk({core_.from_trunk, {}});
  asked->caller = caller.empty() ? claimed_caller(request) : caller;
  if (from) asked->trunk = from->name;
  auto [ways, end, full] = ways_of(core_, calls_, *asked);
  if (end && ways.empty()) return end_by_route(request, flow, caller, *end), true;
  if (ways.empty() && !full) return false;
  if (!end && core_.settings->pbx && !is_pbx(flow, *core_.settings) && !from)
    ways.push_back({0, "pbx", sip::without_push_params(request.request_uri()), {}, false});
  if (ways.empty()) {
    core_.reply_stateless(request, flow, 503, "All Channels Are Taken",
                          {{HeaderName::retry_after, "5"}});
    return true;
  }
  if (request.method() == Method::invite) {
    calls_.arrive_by_routes(std::move(request), flow, caller, {std::move(ways), std::move(end)});
  } else {
    dialogs_.forward_by_ways(request, flow, caller, std::move(ways));
  }
  return true;
}

void RequestRouter::end_by_route(Message& request, const sip::Flow& flow, const std::string& caller,
                                 const trunk::Choice& choice) {
  if (choice.end == trunk::Choice::End::reject)
    return core_.reply_stateless(request, flow, static_cast<int>(choice.status));
  if (const auto* group = core_.groups.find(choice.to); group && group->enabled)
    return to_group(std::move(request), flow, caller, *group, choice.emergency);
  auto* callee = core_.directory.find_user(choice.to);
  if (!callee || !callee->row.enabled) return core_.reply_stateless(request, flow, 404);
  if (request.method() == Method::invite)
    return calls_.arrive(std::move(request), flow, caller, *callee, {0, choice.emergency});
  dialogs_.forward_to_user(request, flow, caller, *callee);
}

}  // namespace proxy
