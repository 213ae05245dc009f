#include "proxy/core/engine/route_choice.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/settings/identity.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {
namespace {

using view::RouteTested;
using End = trunk::Choice::End;

constexpr std::size_t longest_number = 255;

/// RFC 3966 section 5: what only helps to read is no part of the number.
std::string digits_of(std::string_view tel) {
  std::string number{tel.substr(0, tel.find(';'))};
  std::erase_if(number,
                [](char c) { return std::string_view{"-.()"}.find(c) != std::string_view::npos; });
  return number;
}

/// "0301234" or "bob@example.com" as a URI.
std::string uri_of_number(std::string_view text, const Settings& settings) {
  const bool has_scheme =
      text.starts_with("sip:") || text.starts_with("sips:") || text.starts_with("tel:");
  if (has_scheme) return std::string{text};
  const auto at = text.rfind('@');
  std::string uri = "sip:" + trunk::escape_user(text.substr(0, at)) + '@';
  return uri.append(at == std::string_view::npos ? settings.domains.front() : text.substr(at + 1));
}

RouteTested::End end_of(const trunk::Choice& choice) {
  RouteTested::End end{"reject", choice.to, {}, {}, choice.status, choice.emergency};
  if (choice.end == End::user) end.kind = "user";
  if (choice.end != End::trunk) return end;
  end.kind = "trunk";
  end.number = choice.number;
  end.caller = choice.set_caller;
  return end;
}

/// What becomes of a call that no route has the last word on.
void end_behind_routes(const Core& core, const trunk::Asked& asked, RouteTested& tested) {
  const auto& settings = *core.settings;
  if (settings.pbx) {
    tested.steps.push_back(
        {0, "pbx", true, "what is for no user goes to the PBX " + settings.pbx->host});
    tested.ends.push_back({"pbx", settings.pbx->host, {}, {}, 0, false});
  } else if (tested.ends.empty()) {
    const std::uint32_t status = asked.ours ? 404 : 403;
    tested.steps.push_back({0, "end", true, "no route takes it: " + std::to_string(status)});
    tested.ends.push_back({"reject", {}, {}, {}, status, false});
  }
}

}  // namespace

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

view::Answer test_route(Core& core, const view::RouteTest& query) {
  const auto& settings = *core.settings;
  if (query.number.empty() || query.number.size() > longest_number)
    return view::Refused{400, "number", "must have 1 to 255 bytes"};
  auto asked = asked_of(uri_of_number(query.number, settings), settings);
  if (!asked) return view::Refused{400, "number", "write a number, user@domain or a SIP URI"};
  if (!query.trunk.empty() && core.trunks.trunk(query.trunk) == nullptr)
    return view::Refused{400, "trunk", "there is no trunk of this name"};
  asked->trunk = query.trunk;
  if (!query.caller.empty()) {
    const auto caller = asked_of(uri_of_number(query.caller, settings), settings);
    if (!caller) return view::Refused{400, "from", "write user@domain"};
    asked->caller = caller->callee;
  }
  RouteTested tested;
  tested.callee = asked->callee;
  const auto* user = core.directory.find_user(asked->callee);
  if (user != nullptr && user->row.enabled) {
    tested.steps.push_back({0, "users", true, asked->callee + " is a user: no route is asked"});
    tested.ends.push_back({"user", asked->callee, {}, {}, 0, false});
    return tested;
  }
  tested.steps.push_back({0, "users", false, asked->callee + " is no user"});
  auto decision = core.trunks.table().decide(*asked, trunk::RouteTable::Explain::yes);
  for (auto& look : decision.looks)
    tested.steps.push_back({look.route, std::move(look.name), look.matches, std::move(look.why)});
  for (const auto& choice : decision.choices) tested.ends.push_back(end_of(choice));
  const bool decided = !decision.choices.empty() && decision.choices.back().end != End::trunk;
  if (!decided) end_behind_routes(core, *asked, tested);
  return tested;
}

}  // namespace proxy
