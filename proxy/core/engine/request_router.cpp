#include "proxy/core/engine/request_router.hpp"

#include <utility>

#include "proxy/core/engine/gruu.hpp"
#include "proxy/core/settings/identity.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/check.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/values.hpp"

namespace proxy {

using sip::HeaderName;
using sip::Method;
using Kind = sip::transaction::RequestMatch::Kind;

namespace {

constexpr std::string_view allowed =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, MESSAGE, SUBSCRIBE, NOTIFY, "
    "PUBLISH, REFER";
constexpr std::string_view supported = "path, outbound, gruu";

/// The users the gate may let in.
class EnabledUsers final : public admission::UserLookup {
 public:
  EnabledUsers(registrar::Directory& directory, const TrunkBook& trunks)
      : directory_{directory}, trunks_{trunks} {}
  const record::User* find(std::string_view aor) const override {
    const auto* entry = directory_.find_user(aor);
    return entry && entry->row.enabled ? &entry->row : nullptr;
  }
  const record::User* some(std::uint64_t number) const override {
    const auto* entry = directory_.some_user(number);
    return entry ? &entry->row : nullptr;
  }
  const record::Trunk* trunk(std::string_view username) const override {
    return trunks_.inbound(username);
  }

 private:
  registrar::Directory& directory_;
  const TrunkBook& trunks_;
};

bool is_listed(std::string_view list, std::string_view tag) {
  while (const auto item = sip::take_list_item(list))
    if (sip::iequals(*item, tag)) return true;
  return false;
}

std::string_view tag(const Message& m, HeaderName name) { return sip::tag_of(m.value(name)); }

}  // namespace

void RequestRouter::route(Message request, const sip::Flow& flow) {
  ++core_.counters.requests;
  if (!abuse_.admits(request, flow)) return;
  if (!is_sound(request, flow)) return;
  core_.aliases.learn(request, flow, *core_.settings);
  const bool to_tag = !tag(request, HeaderName::to).empty();
  if (request.method() == Method::options && !to_tag && is_for_us(request))
    return options(request, flow);  // answered without a transaction: asking again changes nothing
  const auto match = core_.transactions.match(request, flow, core_.now.mono, core_.layer_out);
  core_.flush_repeats();
  merged_with_.reset();
  switch (match.kind) {
    case Kind::absorbed:
      return;
    case Kind::cancel:
      return cancel(request, flow, match.id);
    case Kind::cancel_unknown:
      return core_.reply_stateless(request, flow, 481);
    case Kind::merged:
      merged_with_ = match.id;
      break;
    case Kind::fresh:
    case Kind::stray_ack:
      break;
  }
  if (core_.stopping && !to_tag && request.method() != Method::ack)
    return core_.reply_stateless(request, flow, 503, "Shutting Down",
                                 {{HeaderName::retry_after, "10"}});
  if (to_tag || match.kind == Kind::stray_ack) return in_dialog(request, flow);
  admitted(std::move(request), flow);
}

/// What every request must be before it is looked at (RFC 3261 section 16.3).
bool RequestRouter::is_sound(const Message& request, const sip::Flow& flow) {
  const auto fault = sip::check_request(request, core_.settings->limits);
  const bool is_ack = request.method() == Method::ack;
  if (fault.status != 0) {
    ++core_.counters.malformed;
    core_.report(Level::info, "sip.malformed",
                 {{"flow", sip::to_string(flow)}, {"reason", fault.reason}});
    if (fault.status > 0 && !is_ack && !is_copy(request, flow))
      core_.reply_stateless(request, flow, fault.status, fault.reason);
    return false;
  }
  const auto hops = sip::parse_number(request.value(HeaderName::max_forwards), 255);
  if (hops && *hops == 0 && !(request.method() == Method::options && is_for_us(request))) {
    if (!is_ack) core_.reply_stateless(request, flow, 483);
    return false;
  }
  if (core_.has_looped(request)) {
    core_.report(Level::info, "sip.loop",
                 {{"call_id", std::string{request.value(HeaderName::call_id)}},
                  {"flow", sip::to_string(flow)}});
    if (!is_ack) core_.reply_stateless(request, flow, 482);
    return false;
  }
  return is_understood(request, flow, HeaderName::proxy_require, {});
}

/// RFC 3261 sections 8.2.2.3 and 16.3 step 5: what a request demands and we do not have is a 420.
bool RequestRouter::is_understood(const Message& request, const sip::Flow& flow, HeaderName name,
                                  std::string_view known) {
  if (!request.has(name)) return true;
  if (request.method() == Method::cancel || request.method() == Method::ack) return true;
  std::string unknown;
  sip::Values tags{request, name};
  while (const auto tag = tags.next()) {
    if (tag->empty() || is_listed(known, *tag)) continue;
    unknown.append(unknown.empty() ? "" : ", ").append(*tag);
  }
  if (unknown.empty()) return true;
  core_.reply_stateless(request, flow, 420, {}, {{HeaderName::unsupported, unknown}});
  return false;
}

/// A copy of a request that is known came damaged: its sender must not take it for refused.
bool RequestRouter::is_copy(const Message& request, const sip::Flow& flow) {
  const auto match = core_.transactions.match(request, flow, core_.now.mono, core_.layer_out);
  core_.flush_repeats();
  return match.kind == Kind::absorbed;
}

/// True when the Request-URI names this server and no user.
bool RequestRouter::is_for_us(const Message& request) const {
  const auto uri = sip::UriView::parse(request.request_uri());
  return uri && uri->is_sip() && uri->user.empty() &&
         local_domain(uri->host, *core_.settings).has_value();
}

void RequestRouter::options(const Message& request, const sip::Flow& flow) {
  if (!is_understood(request, flow, HeaderName::require, supported)) return;
  core_.reply_stateless(request, flow, 200, {},
                        {{HeaderName::allow, std::string{allowed}},
                         {HeaderName::supported, std::string{supported}},
                         {HeaderName::accept, "*/*"}});  // bodies pass through unread
}

void RequestRouter::cancel(const Message& request, const sip::Flow& flow,
                           sip::transaction::ServerId invite) {
  if (const auto own = core_.transactions.open(request, flow, core_.now.mono)) {
    core_.respond(*own, request, flow, 200);
  } else {
    core_.reply_stateless(request, flow, 200);
  }
  if (dialogs_.cancel(invite, request.value(HeaderName::reason))) return;
  calls_.cancel(invite, request);
}

/// Whose request inside a dialog is, by where it comes from. Who logged in for the dialog does not
/// do so again, and is known by the address he had.
std::int64_t RequestRouter::trunk_inside(const routing::Side& sender, const sip::Flow& flow) const {
  const auto known = core_.trunk_of(flow);
  const auto* trunk = core_.trunks.trunk({sender.trunk, {}});
  if (known != 0 || !trunk || trunk->inbound_username.empty()) return known;
  return sender.flow.peer.address == flow.peer.address ? sender.trunk : 0;
}

void RequestRouter::in_dialog(const Message& came, const sip::Flow& flow) {
  const auto loose = dialogs_.as_loose(came);
  const Message& request = loose ? *loose : came;
  const bool is_ack = request.method() == Method::ack;
  if (const auto way = dialogs_.way_of(request)) {
    core_.from_trunk = trunk_inside(way->to_callee ? way->cookie.caller : way->cookie.callee, flow);
    dialogs_.forward(request, flow, *way);
    if (request.method() != Method::bye) return;
    const Core::AtHand at_hand{core_, request};
    return calls_.hung_up(request.value(HeaderName::call_id),
                          tag(request, way->to_callee ? HeaderName::from : HeaderName::to),
                          way->to_callee);
  }
  const auto uri = sip::UriView::parse(request.request_uri());
  const bool ours =
      uri && routing::is_contact_user(uri->user, core_.secret, request.value(HeaderName::call_id));
  if (ours) return for_our_contact(request, flow);
  // A To tag and a Route of the sender's own making open nothing: never an open relay.
  if (is_ack) {
    ++core_.counters.dropped;
    return;
  }
  core_.reply_stateless(request, flow, 481);
}

/// In-dialog requests of a late call or of our own early dialog end here (design, "Late call").
void RequestRouter::for_our_contact(const Message& request, const sip::Flow& flow) {
  if (request.method() == Method::ack) return;
  core_.reply_stateless(request, flow, request.method() == Method::bye ? 200 : 481);
}

void RequestRouter::admitted(Message request, const sip::Flow& flow) {
  // Before the digest: a copy that came another way carries credentials that were used already.
  if (merged_with_ && is_merged(request, *merged_with_))
    return core_.reply_stateless(request, flow, 482);
  if (!abuse_.admits_new(request, flow)) return;
  std::int64_t sender = 0;
  const auto caller = admit(request, flow, sender);
  if (!caller) return;
  core_.from_trunk = sender;
  if (request.method() == Method::register_) return registration(request, flow, *caller);
  to_target(std::move(request), flow, *caller);
}

/// The authenticated address of record, empty for a trusted peer; nothing when it was answered.
std::optional<std::string> RequestRouter::admit(const Message& request, const sip::Flow& flow,
                                                std::int64_t& trunk) {
  const EnabledUsers users{core_.directory, core_.trunks};
  const bool is_register = request.method() == Method::register_;
  const auto verdict =
      abuse_.distrusts(request, flow)
          ? core_.gate->ask_again(request, *core_.settings, users, core_.now, core_.ids)
          : core_.gate->check(request, flow, *core_.settings, users, core_.now, core_.ids);
  using admission::Verdict;
  switch (verdict.kind) {
    case Verdict::Kind::user:
      if (!is_register) abuse_.proved(flow);
      return verdict.aor;
    case Verdict::Kind::trusted:
      trunk = verdict.trunk != 0 ? verdict.trunk : core_.trunk_of(flow);
      return std::string{};
    case Verdict::Kind::challenge: {
      if (is_register) ++core_.counters.registers_challenged;
      Core::Headers headers;
      for (const auto& challenge : verdict.challenges)
        headers.emplace_back(
            is_register ? HeaderName::www_authenticate : HeaderName::proxy_authenticate, challenge);
      core_.reply_stateless(request, flow, is_register ? 401 : 407, {}, headers);
      if (verdict.failed_nonce) abuse_.failed(request, flow, *verdict.failed_nonce);
      abuse_.challenged(flow, verdict.nonce);
      break;
    }
    case Verdict::Kind::refused:
      if (is_register) ++core_.counters.registers_refused;
      core_.report(Level::info, "auth.refused",
                   {{"call_id", std::string{request.value(HeaderName::call_id)}},
                    {"flow", sip::to_string(flow)},
                    {"reason", verdict.reason}});
      core_.reply_stateless(request, flow, verdict.status, verdict.reason);
      break;
  }
  return std::nullopt;
}

void RequestRouter::registration(const Message& request, const sip::Flow& flow,
                                 std::string_view aor) {
  const auto uri = sip::UriView::parse(request.request_uri());
  if (!uri || !local_domain(uri->host, *core_.settings))
    return core_.reply_stateless(request, flow, 403, "Not A Domain Of Ours");
  if (!is_understood(request, flow, HeaderName::require, supported)) return;
  const auto came = registrations_.handle(request, flow, aor);
  for (const auto& [from, to] : std::exchange(core_.moved, {})) calls_.device_moved(from, to);
  const Core::AtHand at_hand{core_, request};
  for (const auto device : came) device_came(device, true);
}

void RequestRouter::device_came(DeviceKey device, bool registered) {
  calls_.device_came(device, registered);
  late_.device_came(device, registered);
  if (registered) missed_.device_registered(device);
  if (registered) keep_alives_.device_registered(device);
  dialogs_.device_came(device);
  wakes_.device_came(device, registered);
  rings_.device_came(device, registered);
}

/// RFC 3261 section 8.2.2.2; a PBX that forks one call to two users of ours is no loop.
bool RequestRouter::is_merged(const Message& request, sip::transaction::ServerId first) {
  const CallEntry* call = book_.find(first);
  const auto other =
      call ? std::optional<std::string_view>{call->row.callee} : dialogs_.request_uri_of(first);
  if (!other) return true;
  const auto canonical = [&](std::string_view text) {
    const auto uri = sip::UriView::parse(text);
    const auto aor = uri ? local_aor(*uri, *core_.settings) : std::nullopt;
    return aor.value_or(std::string{text});
  };
  return canonical(request.request_uri()) == (call ? std::string{*other} : canonical(*other));
}

void RequestRouter::to_target(Message request, const sip::Flow& flow, const std::string& caller) {
  const auto uri = sip::UriView::parse(request.request_uri());
  if (!uri) return core_.reply_stateless(request, flow, 400, "Bad Request-URI");
  if (core_.from_trunk != 0 && request.method() == Method::invite) {
    const auto* from = core_.trunks.trunk({core_.from_trunk, {}});
    if (from && !calls_.has_channel(*from))
      return core_.reply_stateless(request, flow, 503, "All Channels Are Taken",
                                   {{HeaderName::retry_after, "5"}});
  }
  const bool local = local_domain(uri->host, *core_.settings).has_value();
  if (local && uri->user.empty())
    return core_.reply_stateless(request, flow, 405, {},
                                 {{HeaderName::allow, std::string{allowed}}});
  if (is_own_gruu(*uri, *core_.settings)) {
    const auto device = device_of_gruu(*uri, core_);
    return to_device(std::move(request), flow, caller, device);
  }
  const auto aor = local_aor(*uri, *core_.settings);
  auto* callee = aor ? core_.directory.find_user(*aor) : nullptr;
  if (const auto* group = aor ? core_.groups.find(*aor) : nullptr; group && group->enabled)
    return to_group(std::move(request), flow, caller, *group, false);
  if (!callee || !callee->row.enabled) {
    if (by_routes(request, flow, caller)) return;
    const bool from_pbx = is_pbx(flow, *core_.settings);
    if (core_.settings->pbx && !from_pbx) return to_pbx(std::move(request), flow, caller);
    return core_.reply_stateless(request, flow, local ? 404 : 403,
                                 local ? "" : "Not A Domain Of Ours");
  }
  if (request.method() == Method::invite)
    return calls_.arrive(std::move(request), flow, caller, *callee, {});
  dialogs_.forward_to_user(request, flow, caller, *callee);
}

/// RFC 5627 section 5.4: a GRUU means one device, and nobody when there is none any more.
void RequestRouter::to_device(Message request, const sip::Flow& flow, const std::string& caller,
                              std::optional<DeviceKey> id) {
  const auto* device = id ? core_.directory.device(*id) : nullptr;
  auto* callee = device ? core_.directory.user(device->row.user_id) : nullptr;
  if (!callee || !callee->row.enabled) return core_.reply_stateless(request, flow, 404);
  if (request.method() == Method::invite)
    return calls_.arrive(std::move(request), flow, caller, *callee, {*id, false});
  dialogs_.forward_to_user(request, flow, caller, *callee, *id);
}

/// A group takes calls and nothing else.
void RequestRouter::to_group(Message request, const sip::Flow& flow, const std::string& caller,
                             const record::Group& group, bool straight) {
  if (request.method() == Method::invite)
    return calls_.arrive_for_group(std::move(request), flow, caller, group, straight);
  core_.reply_stateless(request, flow, 405, {}, {{HeaderName::allow, "INVITE, ACK, CANCEL, BYE"}});
}

void RequestRouter::to_pbx(Message request, const sip::Flow& flow, std::string_view caller) {
  if (request.method() == Method::invite)
    return calls_.arrive_for_pbx(std::move(request), flow, caller);
  dialogs_.forward_to_pbx(request, flow, caller);
}

}  // namespace proxy
