#include "sipstack/message/push_params.hpp"

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/uri.hpp"

namespace sip {
namespace {

/// From and To stay as they are: both sides know the dialog by them (RFC 3261 section 12.1).
bool stays(HeaderName name) {
  switch (name) {
    case HeaderName::via:
    case HeaderName::from:
    case HeaderName::to:
    case HeaderName::call_id:
    case HeaderName::route:
    case HeaderName::authorization:
    case HeaderName::proxy_authorization:
    case HeaderName::proxy_authenticate:
    case HeaderName::www_authenticate:
      return true;
    default:
      return false;
  }
}

void append_params(std::string& out, std::string_view params) {
  std::string_view rest = params;
  while (const auto param = ParamsView::next(rest)) {
    if (is_push_param(param->name)) continue;
    (out += ';') += param->name;
    if (param->has_value) (out += '=') += param->value;
  }
}

/// Without push parameters but for the purr, which gets our name.
std::string contact_uri(std::string_view text) {
  std::string out = without_push_params(text);
  const auto uri = UriView::parse(text);
  const auto purr =
      uri && uri->is_sip() && uri->headers.empty() ? uri->params.value("pn-purr") : std::nullopt;
  if (purr && !purr->empty()) out.append(";").append(kept_purr).append("=").append(*purr);
  return out;
}

}  // namespace

bool mentions_push(std::string_view text) {
  for (auto at = text.find('-'); at != std::string_view::npos; at = text.find('-', at + 1)) {
    if (at >= 2 && iequals(text.substr(at - 2, 2), "pn")) return true;
    if (at >= 3 && iequals(text.substr(at - 3, 3), "app")) return true;
  }
  return false;
}

std::optional<std::string> without_push_in_uris(std::string_view value) {
  if (!mentions_push(value)) return std::nullopt;
  std::string out;
  for (auto at = value.find_first_of("<\""); at != std::string_view::npos;
       at = value.find_first_of("<\"")) {
    const bool quoted = value[at] == '"';
    const auto end = quoted ? quoted_end(value, at) : value.find('>', at);
    if (end == std::string_view::npos) break;
    if (quoted) {
      out.append(value.substr(0, end));
    } else {
      out.append(value.substr(0, at + 1));
      out.append(without_push_params(value.substr(at + 1, end - at - 1)));
    }
    value = value.substr(end);
  }
  return out.append(value);
}

std::optional<std::string> without_push_in_contact(std::string_view value) {
  if (!mentions_push(value)) return std::nullopt;
  std::string out;
  std::string_view rest = value;
  while (const auto item = take_list_item(rest)) {
    if (!out.empty()) out += ", ";
    const auto address = NameAddrView::parse(*item);
    if (!address || address->wildcard) {
      out += *item;
      continue;
    }
    if (!address->display_name.empty()) out.append(address->display_name).append(" ");
    out.append("<").append(contact_uri(address->uri)).append(">");
    append_params(out, address->params.text());
  }
  return out;
}

void remove_push(Rewrite& edit, const Message& message) {
  const auto wire = message.wire();
  if (!mentions_push(wire.substr(0, wire.size() - message.body().size()))) return;
  for (const Header& header : message.headers()) {
    if (stays(header.name) || edit.is_removed(header)) continue;
    const auto value = message.value(header);
    auto clean = header.name == HeaderName::contact ? without_push_in_contact(value)
                                                    : without_push_in_uris(value);
    if (clean) edit.set(header, std::move(*clean));
  }
}

}  // namespace sip
