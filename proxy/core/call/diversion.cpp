#include "proxy/core/call/diversion.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"
#include "sipstack/message/params.hpp"

namespace proxy::call {
namespace {

constexpr std::string_view header{"Diversion"};
constexpr std::uint64_t counted_most = 100;

std::string_view reason_of(ForwardCause cause) {
  switch (cause) {
    case ForwardCause::always:
      return "unconditional";
    case ForwardCause::busy:
      return "user-busy";
    case ForwardCause::no_answer:
      return "no-answer";
    case ForwardCause::not_reachable:
      return "unavailable";
    case ForwardCause::do_not_disturb:
      return "do-not-disturb";
  }
  return "unknown";
}

}  // namespace

std::string_view to_string(ForwardCause cause) {
  switch (cause) {
    case ForwardCause::always:
      return "always";
    case ForwardCause::busy:
      return "busy";
    case ForwardCause::no_answer:
      return "no answer";
    case ForwardCause::not_reachable:
      return "not reachable";
    case ForwardCause::do_not_disturb:
      return "do not disturb";
  }
  return "?";
}

const std::string& target_for(ForwardCause cause, const record::Forwarding& wishes) {
  switch (cause) {
    case ForwardCause::always:
      return wishes.always;
    case ForwardCause::no_answer:
      return wishes.no_answer;
    case ForwardCause::not_reachable:
      return wishes.not_reachable;
    case ForwardCause::busy:
    case ForwardCause::do_not_disturb:
      break;
  }
  return wishes.busy;
}

std::string diversion(std::string_view uri, ForwardCause cause) {
  std::string out{"<"};
  return out.append(uri).append(">;reason=").append(reason_of(cause)).append(";counter=1");
}

std::size_t diversions_of(const sip::Message& request) {
  std::uint64_t count = 0;
  for (const sip::Header& h : request.headers()) {
    if (!sip::iequals(request.name(h), header)) continue;
    std::string_view rest = request.value(h);
    while (const auto item = sip::take_list_item(rest)) {
      const auto address = sip::NameAddrView::parse(*item);
      const auto counter = address ? address->params.value("counter") : std::nullopt;
      count += std::max<std::uint64_t>(
          sip::parse_number(counter.value_or("1"), counted_most).value_or(counted_most), 1);
      if (count >= counted_most) return counted_most;
    }
  }
  return count;
}

void put_diversions(sip::Rewrite& edit, const sip::Message& request,
                    std::span<const std::string> oldest_first) {
  if (oldest_first.empty()) return;
  std::string value;
  for (std::size_t i = oldest_first.size(); i-- > 0;)
    value.append(value.empty() ? "" : ", ").append(oldest_first[i]);
  for (const sip::Header& h : request.headers()) {
    if (!sip::iequals(request.name(h), header)) continue;
    edit.set(h, value.append(", ").append(request.value(h)));
    return;
  }
  edit.append(header, value);
}

}  // namespace proxy::call
