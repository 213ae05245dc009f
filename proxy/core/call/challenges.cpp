#include "proxy/core/call/challenges.hpp"

#include <utility>

#include "sipstack/message/message.hpp"
#include "sipstack/message/rewrite.hpp"

namespace proxy::call {
namespace {

using sip::HeaderName;

bool is_challenge(const sip::Message& response) {
  return response.status() == 401 || response.status() == 407;
}

bool holds(const sip::Message& message, HeaderName name, std::string_view value) {
  for (const sip::Header& h : message.headers())
    if (h.name == name && message.value(h) == value) return true;
  return false;
}

}  // namespace

std::string with_all_challenges(std::string best, std::span<const std::string> others) {
  auto parsed = sip::Message::parse(best);
  if (!parsed || !is_challenge(*parsed)) return best;
  for (const std::string& text : others) {
    const auto other = sip::Message::parse(text);
    if (!other || !is_challenge(*other)) continue;
    sip::Rewrite edit{*parsed};
    for (const sip::Header& h : other->headers()) {
      const bool asks =
          h.name == HeaderName::www_authenticate || h.name == HeaderName::proxy_authenticate;
      if (asks && !holds(*parsed, h.name, other->value(h))) edit.append(h.name, other->value(h));
    }
    auto longer = sip::Message::parse(edit.build());
    if (longer) parsed = std::move(longer);  // one challenge too many is left out
  }
  return std::string{parsed->wire()};
}

}  // namespace proxy::call
