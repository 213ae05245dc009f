#include "proxy/core/story/message_head.hpp"

#include <algorithm>
#include <array>

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/params.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy::story {
namespace {

using sip::HeaderName;

bool holds(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return sip::lower(a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

/// A reference by which a phone is woken inside a dialog (RFC 8599 section 6) counts too.
bool is_secret_param(std::string_view name) {
  return sip::is_push_param(name) || holds(name, "purr");
}

/// Somewhere in the text a push parameter has a value.
bool has_secret_param(std::string_view text) {
  constexpr std::string_view between = ";,<>\"?&= \t";
  for (auto at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const auto before = text.substr(0, at).find_last_of(between);
    const auto begin = before == std::string_view::npos ? 0 : before + 1;
    if (is_secret_param(text.substr(begin, at - begin))) return true;
  }
  return false;
}

std::string without_secrets(std::string_view params) {
  std::string out;
  while (const auto param = sip::ParamsView::next(params)) {
    (out += ';') += param->name;
    if (!param->has_value) continue;
    (out += '=') += is_secret_param(param->name) ? hidden : param->value;
  }
  // What is not read as parameters is not shown either.
  if (!sip::trim(params).empty()) out.append(";").append(hidden);
  return out;
}

/// `signed_user`: the user part is a token of the proxy that wrote it.
std::string shown_uri(std::string_view text, bool signed_user) {
  const auto uri = sip::UriView::parse(text);
  if (!uri || !uri->is_sip()) return std::string{has_secret_param(text) ? hidden : text};
  std::string out{uri->scheme};
  out += ':';
  if (!uri->user.empty()) {
    out += signed_user || uri->user.starts_with("sw-") ? hidden : uri->user;
    if (!uri->password.empty()) out.append(":").append(hidden);
    out += '@';
  }
  out += uri->host;
  if (uri->port != 0) out.append(":").append(std::to_string(uri->port));
  out += without_secrets(uri->params.text());
  if (!uri->headers.empty()) out.append("?").append(hidden);
  return out;
}

std::string shown_addresses(std::string_view value, bool signed_user) {
  std::string out;
  bool first = true;
  while (const auto item = sip::take_list_item(value)) {
    if (!std::exchange(first, false)) out += ", ";
    const auto address = sip::NameAddrView::parse(*item);
    if (!address) {
      out += has_secret_param(*item) || item->find('@') != item->npos ? hidden : *item;
      continue;
    }
    if (address->wildcard) {
      out += *item;
      continue;
    }
    if (!address->display_name.empty()) out.append(address->display_name).append(" ");
    out.append("<").append(shown_uri(address->uri, signed_user)).append(">");
    out += without_secrets(address->params.text());
  }
  return out;
}

bool sounds_secret(std::string_view name) {
  constexpr std::array<std::string_view, 8> words{"auth",   "token", "secret",  "password",
                                                  "cookie", "mpush", "api-key", "apikey"};
  return std::ranges::any_of(words, [&](std::string_view word) { return holds(name, word); });
}

std::string shown_value(const sip::Message& message, const sip::Header& header) {
  const auto value = message.value(header);
  switch (header.name) {
    case HeaderName::authorization:
    case HeaderName::proxy_authorization:
    case HeaderName::www_authenticate:
    case HeaderName::proxy_authenticate: {
      const auto scheme = value.substr(0, std::min(value.find(' '), value.size()));
      const bool is_scheme = sip::is_token(scheme) && scheme.size() < value.size();
      return std::string{is_scheme ? scheme : ""}.append(is_scheme ? " " : "").append(hidden);
    }
    case HeaderName::record_route:
    case HeaderName::route:
    case HeaderName::path:
    case HeaderName::service_route:
      return shown_addresses(value, true);
    case HeaderName::contact:
    case HeaderName::from:
    case HeaderName::to:
    case HeaderName::p_asserted_identity:
    case HeaderName::p_preferred_identity:
    case HeaderName::remote_party_id:
    case HeaderName::refer_to:
      return shown_addresses(value, false);
    case HeaderName::other:
      if (sounds_secret(message.name(header))) return std::string{hidden};
      break;
    default:
      break;
  }
  return std::string{has_secret_param(value) ? hidden : value};
}

std::string start_line(const sip::Message& message) {
  std::string out;
  if (message.is_request()) {
    out.append(message.method_text()).append(" ");
    return out.append(shown_uri(message.request_uri(), false))
        .append(" ")
        .append(message.version());
  }
  out.append(message.version()).append(" ").append(std::to_string(message.status()));
  return out.append(" ").append(message.reason());
}

/// At the end of a line where there is one, so that no half value is taken for a whole one.
std::string cut(std::string head) {
  if (head.size() <= head_most) return head;
  constexpr std::size_t mark_most = 48;
  const auto whole = head.rfind("\r\n", head_most - mark_most);
  const auto kept = whole == std::string::npos ? head_most - mark_most : whole + 2;
  const auto left = std::to_string(head.size() - kept);
  head.resize(kept);
  if (whole == std::string::npos) head += "\r\n";
  return head.append("[cut: ").append(left).append(" more bytes]\r\n");
}

}  // namespace

std::string message_head(const sip::Message& message) {
  auto out = start_line(message).append("\r\n");
  for (const auto& header : message.headers()) {
    out.append(message.name(header)).append(": ").append(shown_value(message, header));
    out += "\r\n";
    if (out.size() > 8 * head_most) break;
  }
  return cut(std::move(out));
}

std::string message_head(std::string_view wire) {
  const auto message = sip::Message::parse(std::string{wire});
  return message ? message_head(*message) : std::string{};
}

}  // namespace proxy::story
