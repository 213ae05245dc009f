#include "proxy/core/admission/gate.hpp"

#include <algorithm>

#include "proxy/core/settings/identity.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy::admission {
namespace {

using sip::HeaderName;
using sip::auth::Algorithm;

Verdict refuse(int status, std::string reason) {
  Verdict v;
  v.status = status;
  v.reason = std::move(reason);
  return v;
}

/// RFC 7616 section 3.4.6: the digest must be over the request that came. Phones differ in the
/// parameters and the port they write, and some name only the server, whatever they ask it for;
/// credentials for another user's URI are refused.
bool same_resource(std::string_view digest_uri, std::string_view request_uri,
                   const Settings& settings) {
  if (digest_uri == request_uri) return true;
  const auto digest = sip::UriView::parse(digest_uri);
  const auto request = sip::UriView::parse(request_uri);
  if (!digest || !request || !digest->is_sip() || !request->is_sip()) return false;
  const auto ours = local_domain(digest->host, settings);
  if (digest->user.empty() && ours) return true;
  return digest->user == request->user && (sip::iequals(digest->host, request->host) ||
                                           (ours && ours == local_domain(request->host, settings)));
}

const std::string& ha1_of(const record::User& user, Algorithm algorithm) {
  if (algorithm == Algorithm::md5) return user.ha1_md5;
  return algorithm == Algorithm::sha256 ? user.ha1_sha256 : user.ha1_sha512_256;
}

bool is_offered(Algorithm algorithm, const Settings& settings) {
  return std::ranges::any_of(settings.auth.algorithms, [algorithm](const std::string& name) {
    return sip::auth::parse_algorithm(name) == algorithm;
  });
}

/// Who has logged in as a trunk may send calls of anybody, and has no registrations here.
Verdict of_trunk(const record::Trunk& trunk, const sip::Message& request) {
  if (request.method() == sip::Method::register_) return refuse(403, "Trunks Do Not Register");
  Verdict v;
  v.kind = Verdict::Kind::trusted;
  v.trunk = trunk.id;
  return v;
}

/// An HA1 that nobody's password gives, so that an unknown user costs and looks like a wrong
/// password.
constexpr std::string_view nobody = "00000000000000000000000000000000";

}  // namespace

bool is_trusted(const sip::Flow& flow, const Settings& settings) {
  for (const auto& peer : settings.auth.trusted)
    if (peer.block.contains(flow.peer.address) &&
        (!peer.transport || *peer.transport == flow.transport))
      return true;
  return settings.auth.trusted_flows.contains(flow) || is_pbx(flow, settings);
}

Gate::Gate(std::string nonce_key, sip::Instant boot, sip::Duration nonce_lifetime)
    : key_{std::move(nonce_key)},
      boot_{boot},
      nonces_{key_, boot.wall, {.lifetime = nonce_lifetime}} {}

sip::Instant Gate::steady(sip::Instant now) const {
  return {now.mono, boot_.wall + (now.mono - boot_.mono)};
}

Gate::Identity Gate::identity_of(const sip::Message& request, const Settings& settings) {
  Identity from;
  from.aor = local_aor(request.value(HeaderName::from), settings).value_or(std::string{});
  const auto at = from.aor.rfind('@');
  from.realm = at == std::string::npos ? settings.domains.front() : from.aor.substr(at + 1);
  return from;
}

Verdict Gate::ask_again(const sip::Message& request, const Settings& settings,
                        const UserLookup& users, sip::Instant now, sip::IdSource& ids) {
  return challenge(request, settings, identity_of(request, settings), users, false, now, ids);
}

Verdict Gate::check(const sip::Message& request, const sip::Flow& flow, const Settings& settings,
                    const UserLookup& users, sip::Instant now, sip::IdSource& ids) {
  const bool is_register = request.method() == sip::Method::register_;
  if (!is_register && is_trusted(flow, settings)) {
    Verdict v;
    v.kind = Verdict::Kind::trusted;
    return v;
  }
  const Identity from = identity_of(request, settings);
  const HeaderName header =
      is_register ? HeaderName::authorization : HeaderName::proxy_authorization;
  std::optional<sip::auth::Credentials> ours;
  for (const sip::Header& h : request.headers()) {
    if (h.name != header) continue;
    auto credentials = sip::auth::Credentials::parse(request.value(h));
    if (!credentials) continue;
    if (credentials->realm != from.realm || !is_offered(credentials->algorithm, settings)) continue;
    if (ours) return refuse(400, "Two Credentials For One Realm");
    ours = std::move(*credentials);
  }
  if (!ours) return challenge(request, settings, from, users, false, now, ids);
  return check_credentials(*ours, request, settings, from, users, now, ids);
}

Verdict Gate::check_credentials(const sip::auth::Credentials& credentials,
                                const sip::Message& request, const Settings& settings,
                                const Identity& from, const UserLookup& users, sip::Instant now,
                                sip::IdSource& ids) {
  using sip::auth::NonceVerdict;
  if (!same_resource(credentials.uri, request.request_uri(), settings))
    return refuse(400, "Digest URI Mismatch");
  const auto age = nonces_.check(credentials.nonce, steady(now).wall);
  if (age == NonceVerdict::forged)
    return challenge(request, settings, from, users, false, now, ids);
  if (age == NonceVerdict::stale) return challenge(request, settings, from, users, true, now, ids);
  const std::string aor = sip::to_lower(credentials.realm);
  const record::User* user = users.find(credentials.username + '@' + aor);
  const record::Trunk* trunk = user ? nullptr : users.trunk(credentials.username);
  std::string ha1{user ? std::string_view{ha1_of(*user, credentials.algorithm)} : nobody};
  if (trunk)
    ha1 = sip::auth::ha1(credentials.algorithm, credentials.username, credentials.realm,
                         trunk->inbound_password);
  const bool right = sip::auth::verify(credentials, ha1.empty() ? nobody : std::string_view{ha1},
                                       request.method_text());
  if (!right || (!user && !trunk)) {
    auto again = challenge(request, settings, from, users, false, now, ids);
    again.failed_nonce = credentials.nonce;
    return again;
  }
  if (nonces_.use(credentials.nonce, credentials.nc, steady(now)) != NonceVerdict::good)
    return challenge(request, settings, from, users, true, now, ids);
  if (trunk) return of_trunk(*trunk, request);
  // Identity that is checked is identity that is used.
  if (from.aor != user->aor) return refuse(403, "From Is Not The Authenticated User");
  if (request.method() == sip::Method::register_ &&
      local_aor(request.value(HeaderName::to), settings) != user->aor)
    return refuse(403, "To Is Not The Authenticated User");
  Verdict v;
  v.kind = Verdict::Kind::user;
  v.aor = user->aor;
  return v;
}

Verdict Gate::challenge(const sip::Message&, const Settings& settings, const Identity& from,
                        const UserLookup& users, bool stale, sip::Instant now, sip::IdSource& ids) {
  Verdict v;
  v.kind = Verdict::Kind::challenge;
  const record::User* model = model_for(from, users);
  const std::string nonce = nonces_.issue(steady(now).wall, ids);
  for (const Algorithm algorithm : sip::auth::strongest_first) {
    if (!is_offered(algorithm, settings)) continue;
    // A user imported with one kind of HA1 can only be asked for that kind.
    if (model && ha1_of(*model, algorithm).empty()) continue;
    v.challenges.push_back(sip::auth::challenge(from.realm, nonce, algorithm, stale));
  }
  v.nonce = nonce;
  return v;
}

/// Whose kinds of HA1 are asked for: the user's own, and for who is unknown those of some user,
/// always the same for the same name. Otherwise the kinds would tell who exists.
const record::User* Gate::model_for(const Identity& from, const UserLookup& users) const {
  const record::User* user = from.aor.empty() ? nullptr : users.find(from.aor);
  if (user) return user;
  std::uint64_t number = 0;
  for (const char byte : sip::auth::hmac_sha256(key_, from.aor).substr(0, sizeof number))
    number = number << 8 | static_cast<std::uint8_t>(byte);
  return users.some(number);
}

}  // namespace proxy::admission
