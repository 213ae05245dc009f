#include "proxy/core/trunk/registration.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/core/trunk/route_table.hpp"
#include "proxy/core/trunk/target.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/values.hpp"

namespace proxy::trunk {
namespace {

using sip::HeaderName;

constexpr std::uint64_t expires_most = 24ULL * 3'600;
constexpr unsigned doublings_most = 10;

bool is_stale(std::string_view challenge) {
  return sip::to_lower(challenge).find("stale=true") != std::string::npos;
}

void start(std::string& out, std::string_view method, std::string_view uri,
           const Registration::Means& means) {
  out.append(method).append(" ").append(uri).append(" SIP/2.0\r\n");
  sip::append_header(out, HeaderName::via, means.via);
  sip::append_header(out, HeaderName::max_forwards, "70");
}

/// How long the provider keeps this contact: its own expires parameter, else the Expires header,
/// else what was asked for.
std::uint32_t granted(const sip::Message& ok, std::string_view contact, std::uint32_t asked) {
  const auto own = sip::NameAddrView::parse(contact);
  std::uint64_t seconds =
      sip::parse_number(ok.value(HeaderName::expires), expires_most).value_or(asked);
  sip::Values contacts{ok, HeaderName::contact};
  while (const auto value = contacts.next()) {
    const auto address = sip::NameAddrView::parse(*value);
    if (!address || !own || address->uri != own->uri) continue;
    const auto text = address->params.value("expires");
    if (text) seconds = sip::parse_number(*text, expires_most).value_or(seconds);
  }
  return static_cast<std::uint32_t>(seconds);
}

}  // namespace

std::string_view to_string(Registration::State state) {
  constexpr std::array<std::string_view, 3> names{"trying", "registered", "failed"};
  return names.at(static_cast<std::size_t>(state));
}

std::string Registration::request(const record::Trunk& trunk, const Means& means) {
  contact_ = means.contact;
  expires_ = std::max(trunk.expires, least_);
  return build(trunk, means, expires_);
}

std::string Registration::farewell(const record::Trunk& trunk, const Means& means) {
  return build(trunk, means, 0);
}

std::string Registration::build(const record::Trunk& trunk, const Means& means,
                                std::uint32_t expires) {
  due_.reset();
  const std::string domain = domain_of(trunk);
  const std::string uri = "sip:" + domain;
  const std::string self = "<sip:" + escape_user(trunk.username) + '@' + domain + ">";
  std::string out;
  start(out, "REGISTER", uri, means);
  sip::append_header(out, HeaderName::from, self + ";tag=" + means.tag);
  sip::append_header(out, HeaderName::to, self);
  sip::append_header(out, HeaderName::call_id, means.call_id);
  sip::append_header(out, HeaderName::cseq, std::to_string(++cseq_) + " REGISTER");
  sip::append_header(out, HeaderName::contact, means.contact);
  sip::append_header(out, HeaderName::expires, std::to_string(expires));
  answered_ = !challenge_.empty();
  if (answered_)
    sip::append_header(out, by_proxy_ ? HeaderName::proxy_authorization : HeaderName::authorization,
                       sip::auth::answer(challenge_, trunk.username, trunk.password, "REGISTER",
                                         uri, means.cnonce, ++nc_));
  sip::append_header(out, HeaderName::user_agent, "sipwake");
  sip::append_body(out, {});
  return out;
}

void Registration::on_response(const sip::Message& response, sip::TimePoint now) {
  const int status = response.status();
  if (status < 200) return;
  if (status < 300) return on_ok(response, now);
  if (status == 401 || status == 407) return on_challenge(response, now);
  const auto least =
      sip::parse_number(response.value(HeaderName::min_expires), expires_most).value_or(0);
  if (status == 423 && least > expires_) {
    least_ = static_cast<std::uint32_t>(least);
    due_ = now;
    return;
  }
  fail(std::to_string(status) + ' ' + std::string{response.reason()}, now);
}

void Registration::on_challenge(const sip::Message& response, sip::TimePoint now) {
  by_proxy_ = response.status() == 407;
  const auto name = by_proxy_ ? HeaderName::proxy_authenticate : HeaderName::www_authenticate;
  const bool answered = std::exchange(answered_, false);
  const bool known = !challenge_.empty();
  challenge_.clear();
  nc_ = 0;
  for (const sip::Header& h : response.headers()) {
    if (h.name != name || !challenge_.empty()) continue;
    const auto value = response.value(h);
    const auto test = sip::auth::answer(value, "u", "p", "REGISTER", "sip:x", "c", 1);
    // Asked again for the nonce that was answered: the password is wrong. An old one may be over.
    const bool over = is_stale(value) || (known && state_ == State::registered);
    if (!test.empty() && (!answered || over)) challenge_ = value;
  }
  if (challenge_.empty())
    return fail(std::to_string(response.status()) +
                    (answered ? " wrong username or password" : " no challenge we can answer"),
                now);
  if (answered) state_ = State::trying;
  due_ = now;
}

void Registration::on_ok(const sip::Message& response, sip::TimePoint now) {
  const std::chrono::seconds kept{granted(response, contact_, expires_)};
  if (kept.count() == 0) return fail("the registrar keeps no contact of ours", now);
  failures_ = 0;
  trouble_.clear();
  state_ = State::registered;
  until_ = now + kept;
  // In time for one lost REGISTER and its 32 s, where there is so much time.
  const sip::Duration early =
      std::max<sip::Duration>(sip::Duration{kept} / 10, std::chrono::seconds{40});
  due_ =
      now + std::max(std::max(sip::Duration{kept} - early, sip::Duration{kept} / 2), least_refresh);
}

void Registration::on_lost(std::string_view why, sip::TimePoint now) {
  fail(std::string{why}, now);
}

void Registration::fail(std::string why, sip::TimePoint now) {
  trouble_ = std::move(why);
  answered_ = false;
  challenge_.clear();
  const bool holds = until_ && *until_ > now;
  if (!holds) until_.reset();
  state_ = holds ? State::registered : State::failed;
  due_ = now + std::min(first_pause * (1U << std::min(failures_++, doublings_most)), longest_pause);
}

std::string build_probe(std::string_view uri, const Registration::Means& means) {
  std::string out;
  start(out, "OPTIONS", uri, means);
  sip::append_header(out, HeaderName::from, means.contact + ";tag=" + means.tag);
  sip::append_header(out, HeaderName::to, "<" + std::string{uri} + ">");
  sip::append_header(out, HeaderName::call_id, means.call_id);
  sip::append_header(out, HeaderName::cseq, "1 OPTIONS");
  sip::append_header(out, HeaderName::contact, means.contact);
  sip::append_header(out, HeaderName::user_agent, "sipwake");
  sip::append_body(out, {});
  return out;
}

}  // namespace proxy::trunk
