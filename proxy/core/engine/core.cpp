#include "proxy/core/engine/core.hpp"

#include "proxy/core/routing/cookie.hpp"
#include "proxy/core/story/story.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/reply.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/via.hpp"

namespace proxy {

using sip::HeaderName;

namespace {

/// The source of a datagram may be forged: what goes there in its name must not be worth the
/// trouble.
bool amplifies(std::string_view reply, const Message& request, const sip::Flow& flow) {
  constexpr std::size_t factor = 3;
  return !flow.reliable() && reply.size() > factor * request.wire().size();
}

/// The headers without what only informs, and with the strongest challenge alone.
Core::Headers shortest(const Core::Headers& headers) {
  Core::Headers out;
  bool challenged = false;
  for (const auto& header : headers) {
    const auto name = header.first;
    if (name == HeaderName::allow || name == HeaderName::supported || name == HeaderName::accept)
      continue;
    const bool challenge =
        name == HeaderName::www_authenticate || name == HeaderName::proxy_authenticate;
    if (challenge && std::exchange(challenged, true)) continue;
    out.push_back(header);
  }
  return out;
}

}  // namespace

Core::Core(std::shared_ptr<const Settings> initial, sip::IdSource& source)
    : settings{std::move(initial)},
      ids{source},
      transactions{settings->timers, settings->limits, source},
      hops{source},
      trusted_{settings->auth.trusted} {}

void Core::begin(sip::Instant at, sip::Outbox<Action>& out) {
  now = at;
  out_ = &out;
  wrote_ = false;
}

void Core::write(record::Change change) {
  if (!wrote_) ++seq_;
  wrote_ = true;
  put(Write{seq_, std::move(change)});
}

void Core::keep(record::Change change) {
  if (!wrote_) ++seq_;
  wrote_ = true;
  kept.wrote(seq_, change);
  put(Write{seq_, std::move(change)});
}

void Core::send(const sip::Flow& flow, std::string bytes, Seq after) {
  ++counters.messages_out;
  put(Send{aliases.flow_for(flow), sip::make_bytes(std::move(bytes)), after, {}});
}

void Core::flush() {
  for (auto& t : layer_out.transmits) {
    ++counters.messages_out;
    put(Send{aliases.flow_for(t.flow), std::move(t.bytes), t.after, t.client});
  }
  layer_out.transmits.clear();
}

void Core::flush_repeats() {
  std::erase_if(layer_out.transmits, [this](const auto& t) { return t.after > committed; });
  flush();
}

void Core::report(Level level, std::string_view event, Fields fields) {
  put(Report{level, event, std::move(fields)});
}

std::string Core::build_reply(const Message& request, const sip::Flow& flow, int status,
                              std::string_view reason, const Headers& headers) const {
  sip::Reply reply{request, status, reason};
  reply.source(flow.peer.address.to_string(), flow.peer.port);
  reply.to_tag(own_tag(request.value(HeaderName::call_id), request.value(HeaderName::from)));
  for (const auto& [name, value] : headers) reply.header(name, value);
  return reply.build();
}

void Core::reply_stateless(const Message& request, const sip::Flow& flow, int status,
                           std::string_view reason, const Headers& headers) {
  std::string reply = build_reply(request, flow, status, reason, headers);
  if (amplifies(reply, request, flow)) {
    reply = build_reply(request, flow, status, reason, shortest(headers));
    if (amplifies(reply, request, flow)) {
      ++counters.refused_amplifying;
      return;
    }
  }
  send(flow, std::move(reply));
}

void Core::respond(sip::transaction::ServerId id, const Message& request, const sip::Flow& flow,
                   int status, std::string_view reason, const Headers& headers, Seq after) {
  transactions.respond(id, status,
                       sip::make_bytes(build_reply(request, flow, status, reason, headers)), after,
                       now.mono, layer_out);
  flush();
}

void Core::know_pbx() {
  if (!settings->pbx) return;
  std::vector<Settings::Pbx::Peer> peers;
  std::string targets;
  for (const auto& target : hops.pbx_targets()) {
    peers.push_back({target.transport, target.endpoint});
    targets.append(targets.empty() ? "" : " ").append(to_string(target));
  }
  if (!hops.trouble().empty())
    report(Level::warn, "pbx.unresolved",
           {{"name", settings->pbx->host}, {"why", std::string{hops.trouble()}}});
  if (peers == settings->pbx->peers) return;
  report(Level::info, "pbx.resolved", {{"name", settings->pbx->host}, {"targets", targets}});
  auto changed = std::make_shared<Settings>(*settings);
  changed->pbx->peers = std::move(peers);
  settings = std::move(changed);
}

void Core::configure_hops() {
  hops.configure(*settings, now.mono);
  if (!trunks.trunks().empty() || !trunk_peers_.empty() || !trunk_flows_.empty())
    hops.configure_trunks(trunks.trunks(), *settings, now.mono);
}

void Core::take_settings(std::shared_ptr<const Settings> given) {
  settings = std::move(given);
  trusted_ = settings->auth.trusted;
  trunk_peers_.clear();
  trunk_flows_.clear();
  configure_hops();
}

/// The PBX comes first: where a trunk is at the same place, it is by the same name.
void Core::expect_certificates() {
  Expect expect;
  if (settings->pbx) {
    const auto& pbx = *settings->pbx;
    for (const auto& peer : pbx.peers)
      if (peer.transport == sip::Transport::tls)
        expect.names.try_emplace(peer.endpoint, pbx.tls_name.empty() ? pbx.host : pbx.tls_name);
    const auto address = sip::Address::parse(pbx.host);
    if (address && !pbx.tls_name.empty())
      expect.names.try_emplace({*address, pbx.port}, pbx.tls_name);
  }
  expect.names.merge(hops.trunks().expectations(trunks.trunks()).names);
  if (expect.names == expected_.names) return;
  expected_ = expect;
  put(std::move(expect));
}

void Core::opened(const FlowOpened& event) {
  connections.insert(event.flow);
  if (event.proven.empty()) return;
  proven_.opened(event.flow, event.proven, settings->limits.connections);
  if (proven_.owner(event.flow, trunks.trunks()) != 0) know_trunks();
}

void Core::closed(const sip::Flow& flow) {
  connections.erase(flow);
  proven_.closed(flow);
  if (trunk_flows_.contains(flow)) know_trunks();
}

void Core::know_trunks() {
  auto peers = hops.trunks().peers(trunks.trunks());
  auto flows = proven_.owners(trunks.trunks());
  expect_certificates();
  if (peers == trunk_peers_ && flows == trunk_flows_) return;
  trunk_peers_ = std::move(peers);
  trunk_flows_ = std::move(flows);
  auto changed = std::make_shared<Settings>(*settings);
  changed->auth.trusted = trusted_;
  for (const auto& peer : trunk_peers_)
    changed->auth.trusted.push_back({peer.block, peer.transport});
  changed->auth.trusted_flows.clear();
  for (const auto& [flow, trunk] : trunk_flows_) changed->auth.trusted_flows.insert(flow);
  settings = std::move(changed);
}

std::int64_t Core::trunk_of(const sip::Flow& flow) const {
  if (const auto at = trunk_flows_.find(flow); at != trunk_flows_.end()) return at->second;
  for (const auto& peer : trunk_peers_)
    if ((!peer.transport || *peer.transport == flow.transport) &&
        peer.block.contains(flow.peer.address))
      return peer.trunk;
  return 0;
}

std::string Core::local_host_port(const sip::Flow& flow) const {
  if (flow.listener >= settings->locals.size()) return settings->domains.front();
  const auto& local = settings->locals[flow.listener];
  return local.host + ':' + std::to_string(local.port);
}

std::string Core::via(const sip::Flow& flow, std::string_view branch) const {
  std::string out{"SIP/2.0/"};
  out.append(sip::via_name(flow.transport)).append(" ").append(local_host_port(flow));
  return out.append(";rport;branch=").append(branch);
}

std::string Core::own_contact(const sip::Flow& flow, std::string_view call_id) const {
  std::string out{"<sip:"};
  out.append(routing::contact_user(secret, call_id)).append("@").append(local_host_port(flow));
  if (flow.reliable()) out.append(";transport=").append(sip::uri_name(flow.transport));
  return out.append(">");
}

std::string Core::own_tag(std::string_view call_id, std::string_view from) const {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  };
  mix(secret);
  mix(call_id);
  mix(sip::tag_of(from));
  std::uint8_t bytes[8];
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(hash >> (8 * i));
  return "sw" + sip::to_hex(bytes);
}

std::string Core::device_name(std::int64_t device) const {
  const auto* entry = directory.device(device);
  if (!entry) return "a phone";
  const record::User* owner = directory.owner_of(device);
  if (owner && !owner->display_name.empty())
    return story::device_name(entry->row, owner->display_name);
  const std::string_view aor = owner ? std::string_view{owner->aor} : std::string_view{};
  return story::device_name(entry->row, aor.substr(0, aor.rfind('@')));
}

std::string uri_of(std::string_view name_addr) {
  const auto address = sip::NameAddrView::parse(name_addr);
  return address ? std::string{address->uri} : std::string{};
}

}  // namespace proxy
