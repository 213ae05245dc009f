#include "proxy/core/engine/route_choice.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/settings/identity.hpp"
#include "proxy/core/trunk/target.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {
namespace {

using End = trunk::Choice::End;

/// RFC 3966 section 5: what only helps to read is no part of the number.
std::string digits_of(std::string_view tel) {
  std::string number{tel.substr(0, tel.find(';'))};
  std::erase_if(number,
                [](char c) { return std::string_view{"-.()"}.find(c) != std::string_view::npos; });
  return number;
}

}  // namespace

bool has_blank(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

std::string uri_of_number(std::string_view text, const Settings& settings) {
  const bool has_scheme =
      text.starts_with("sip:") || text.starts_with("sips:") || text.starts_with("tel:");
  if (has_scheme) return std::string{text};
  const auto at = text.rfind('@');
  std::string uri = "sip:" + trunk::escape_user(text.substr(0, at)) + '@';
  return uri.append(at == std::string_view::npos ? settings.domains.front() : text.substr(at + 1));
}

Routed ways_of(const Core& core, const CallDesk& calls, const trunk::Asked& asked) {
  Routed routed;
  for (auto& choice : core.trunks.table().decide(asked).choices) {
    const auto* to = choice.end == End::trunk ? core.trunks.trunk(choice.to) : nullptr;
    if (choice.end != End::trunk) {
      routed.end = std::move(choice);
      break;
    }
    if (to && (choice.emergency || calls.has_channel(*to))) {
      routed.ways.push_back({to->id, choice.route_name, trunk::request_uri(*to, choice.number),
                             choice.set_caller, choice.emergency});
    } else {
      routed.full = true;
    }
  }
  return routed;
}

std::optional<trunk::Asked> asked_of(std::string_view request_uri, const Settings& settings) {
  const auto uri = sip::UriView::parse(request_uri);
  if (!uri) return std::nullopt;
  trunk::Asked asked;
  if (sip::iequals(uri->scheme, "tel")) {
    const auto number = digits_of(request_uri.substr(uri->scheme.size() + 1));
    if (number.empty()) return std::nullopt;
    asked.callee = number + '@' + settings.domains.front();
    return asked;
  }
  auto callee = local_aor(*uri, settings);
  asked.ours = callee.has_value();
  if (!callee) callee = sip::address_of_record(*uri);
  if (!callee) return std::nullopt;
  asked.callee = *std::move(callee);
  return asked;
}

std::string claimed_caller(const sip::Message& request) {
  const auto text = uri_of(request.value(sip::HeaderName::from));
  const auto uri = sip::UriView::parse(text);
  return uri ? sip::address_of_record(*uri).value_or("") : "";
}

bool is_emergency(const Core& core, const sip::Message& request, const sip::Flow& from) {
  if (request.method() != sip::Method::invite || core.trunks.table().empty()) return false;
  auto asked = asked_of(request.request_uri(), *core.settings);
  if (!asked) return false;
  asked->caller = claimed_caller(request);
  if (const auto* trunk = core.trunks.trunk({core.trunk_of(from), {}})) asked->trunk = trunk->name;
  const auto choices = core.trunks.table().decide(*asked).choices;
  return !choices.empty() && choices.front().emergency;
}

}  // namespace proxy
