#include "proxy/core/registrar/register_request.hpp"

#include <algorithm>

#include "proxy/core/settings/push_services.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/push_params.hpp"
#include "sipstack/message/uri.hpp"
#include "sipstack/message/values.hpp"

namespace proxy::registrar {
namespace {

constexpr std::size_t user_agent_max = 128;
constexpr std::size_t push_value_max = 1024;

std::string param_text(const sip::ParamsView& params, std::string_view name) {
  const auto value = params.value(name);
  if (!value) return {};
  const auto plain = sip::unescape(sip::unquote(*value));
  return plain.value_or(std::string{});
}

/// "0.7" in thousandths; a malformed q counts as 1 (RFC 3261 section 10.2.1.2 has it optional).
std::uint16_t parse_q(std::string_view text) {
  if (text == "0" || text == "0." || text == "0.0" || text == "0.00" || text == "0.000") return 0;
  if (!text.starts_with("0.")) return 1000;
  std::string digits{text.substr(2, 3)};
  digits.resize(3, '0');
  return static_cast<std::uint16_t>(sip::parse_number(digits, 999).value_or(1000));
}

std::optional<std::chrono::seconds> wanted_expiry(const sip::Message& request,
                                                  const sip::ParamsView& params,
                                                  const Settings::Registrar& policy) {
  constexpr std::uint64_t max = 0xffff'ffff;
  std::string_view text = request.value(sip::HeaderName::expires);
  if (const auto own = params.value("expires")) text = *own;
  if (text.empty()) return policy.default_expires;
  const auto number = sip::parse_number(sip::trim(text), max);
  // RFC 3261 section 20.10: a malformed value counts as 3600.
  return std::chrono::seconds{number.value_or(3600)};
}

std::string key_of(const WantedContact& contact) {
  if (!contact.instance.empty()) return "i:" + contact.instance;
  if (contact.push) return "t:" + contact.push.provider + ':' + contact.push.prid;
  return "c:" + sip::without_push_params(contact.uri);
}

/// RFC 8599 section 5.1: a proxy on the way that says which service it pushes by pushes itself.
bool is_pushed_before(const sip::Message& request) {
  sip::Values caps{request, sip::HeaderName::feature_caps};
  while (const auto item = caps.next())
    if (const auto at = item->find(';'); at != std::string_view::npos)
      if (sip::ParamsView{item->substr(at)}.has("+sip.pns")) return true;
  return false;
}

/// What the contact says of pushes, in its URI and in its feature tags.
void read_push(const sip::UriView& uri, const sip::ParamsView& params, WantedContact& wanted) {
  wanted.push = push_target(uri.text);
  wanted.wakes_itself = params.has("+sip.pnsreg");
  const auto provider = uri.params.value("pn-provider");
  wanted.push_service = provider ? sip::to_lower(sip::unquote(*provider)) : wanted.push.provider;
  wanted.asks_services = provider && !uri.params.has("pn-prid");
}

/// "i:com.example.phone:<token>": how Mizu's phones on Apple's say what RFC 8599 has parameters
/// for.
record::PushTarget mizu_target(std::string_view value) {
  constexpr std::string_view apple = "i:";
  value = sip::trim(value);
  const auto colon = value.rfind(':');
  if (!value.starts_with(apple) || colon <= apple.size() || value.size() > push_value_max)
    return {};
  return {"apns", std::string{value.substr(apple.size(), colon - apple.size())},
          std::string{value.substr(colon + 1)}};
}

/// RFC 8599 section 5.3: a service that is asked for and is not there. Who leaves, asks for none.
bool lacks_service(const WantedContact& wanted, const Settings& settings) {
  return settings.registrar.refuse_unknown_push && wanted.expires.count() > 0 &&
         !wanted.push_service.empty() && !has_push_service(settings, wanted.push_service);
}

/// RFC 5626 section 6: a proxy in between that keeps no flow says so by its Path without `ob`.
bool first_hop_lacks_outbound(const sip::Message& request) {
  sip::Values vias{request, sip::HeaderName::via};
  if (!vias.next() || !vias.next()) return false;
  sip::Values path{request, sip::HeaderName::path};
  while (const auto hop = path.next()) {
    const auto address = sip::NameAddrView::parse(*hop);
    const auto uri = address ? sip::UriView::parse(address->uri) : sip::UriView::parse(*hop);
    if (uri && uri->params.has("ob")) return false;
  }
  return true;
}

/// RFC 5626 section 6: reg-id means nothing without an instance, or from a phone without outbound.
std::uint32_t read_reg_id(const sip::Message& request, const sip::ParamsView& params) {
  const auto text = params.value("reg-id");
  if (!text || !sip::has_option(request, sip::HeaderName::supported, "outbound")) return 0;
  return static_cast<std::uint32_t>(sip::parse_number(*text, 0x7fff'ffff).value_or(0));
}

std::optional<Refusal> read_contact(const sip::Message& request, std::string_view text,
                                    const Settings& settings, RegisterRequest& out) {
  const auto address = sip::NameAddrView::parse(text);
  if (!address) return Refusal{400, "Bad Contact", {}};
  if (address->wildcard) {
    out.remove_all = true;
    return std::nullopt;
  }
  const auto uri = sip::UriView::parse(address->uri);
  if (!uri || !uri->is_sip() || address->uri.size() > settings.limits.uri_bytes)
    return Refusal{400, "Bad Contact URI", {}};
  WantedContact wanted;
  wanted.uri = address->uri;
  wanted.instance = sip::unquote(address->params.value("+sip.instance").value_or(""));
  if (wanted.instance.starts_with('<') && wanted.instance.ends_with('>'))
    wanted.instance = wanted.instance.substr(1, wanted.instance.size() - 2);
  read_push(*uri, address->params, wanted);
  if (wanted.push_service.empty()) wanted.push = mizu_target(request.value("X-MPUSH"));
  if (out.pushed_before) wanted.push = {};
  if (!wanted.instance.empty()) wanted.reg_id = read_reg_id(request, address->params);
  if (const auto q = address->params.value("q")) wanted.q = parse_q(*q);
  const auto expires = wanted_expiry(request, address->params, settings.registrar);
  wanted.expires = std::min(*expires, settings.registrar.max_expires);
  if (wanted.expires.count() > 0 && wanted.expires < settings.registrar.min_expires)
    return Refusal{423, "Interval Too Brief", settings.registrar.min_expires};
  if (!out.pushed_before && lacks_service(wanted, settings)) return Refusal{555, {}, {}};
  if (wanted.reg_id != 0 && wanted.expires.count() > 0) out.outbound = true;
  wanted.device_key = key_of(wanted);
  out.contacts.push_back(std::move(wanted));
  return std::nullopt;
}

}  // namespace

record::PushTarget push_target(std::string_view contact_uri) {
  const auto uri = sip::UriView::parse(contact_uri);
  if (!uri || !uri->is_sip()) return {};
  record::PushTarget push{param_text(uri->params, "pn-provider"),
                          param_text(uri->params, "pn-param"), param_text(uri->params, "pn-prid")};
  if (push.provider.empty() && push.prid.empty()) {
    push = {param_text(uri->params, "pn-type"), param_text(uri->params, "app-id"),
            param_text(uri->params, "pn-tok")};
    const bool sandbox = push.param.ends_with(".dev");
    if (push.provider == "apple") push.provider = sandbox ? "apns.dev" : "apns";
    if (push.provider == "firebase" || push.provider == "android") push.provider = "fcm";
  }
  push.provider = sip::to_lower(push.provider);
  if (push.provider == "webpush") {
    const auto key = param_text(uri->params, "x-pn-p256dh");
    const auto auth = param_text(uri->params, "x-pn-auth");
    if (!key.empty() && !auth.empty() && key.size() + auth.size() < push_value_max)
      push.keys = key + ':' + auth;
  }
  if (!push || push.prid.size() > push_value_max || push.param.size() > push_value_max ||
      push.provider.size() > 32 || !sip::is_token(push.provider))
    return {};
  return push;
}

std::optional<Refusal> read_register(const sip::Message& request, const Settings& settings,
                                     RegisterRequest& out) {
  out.call_id = request.value(sip::HeaderName::call_id);
  if (const auto cseq = sip::CSeqView::parse(request.value(sip::HeaderName::cseq)))
    out.cseq = cseq->number;
  out.user_agent = request.value(sip::HeaderName::user_agent).substr(0, user_agent_max);
  out.pushed_before = is_pushed_before(request);
  std::size_t values = 0;
  for (const sip::Header& header : request.headers()) {
    if (header.name == sip::HeaderName::path) {
      if (!out.path.empty()) out.path += ", ";
      const auto value = request.value(header);
      out.path += sip::without_push_in_uris(value).value_or(std::string{value});
    }
    if (header.name != sip::HeaderName::contact) continue;
    std::string_view rest = request.value(header);
    while (const auto item = sip::take_list_item(rest)) {
      if (++values > std::size_t{2} * settings.registrar.max_contacts)
        return Refusal{403, "Too Many Contacts", {}};
      if (auto refusal = read_contact(request, *item, settings, out)) return refusal;
    }
  }
  const auto expires = sip::trim(request.value(sip::HeaderName::expires));
  if (out.remove_all && (values != 1 || sip::parse_number(expires, 0) != 0U))
    return Refusal{400, "Contact * needs Expires: 0", {}};  // RFC 3261 section 10.3 step 6
  if (out.outbound && first_hop_lacks_outbound(request)) return Refusal{439, {}, {}};
  out.gruu = sip::has_option(request, sip::HeaderName::supported, "gruu");
  return std::nullopt;
}

}  // namespace proxy::registrar
