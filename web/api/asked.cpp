#include "web/api/asked.hpp"

#include <algorithm>
#include <array>

#include "web/api/aor.hpp"
#include "web/api/cursor.hpp"
#include "web/api/json.hpp"

namespace web::api {
namespace {

std::optional<proxy::record::CallState> parse_state(std::string_view text) {
  using proxy::record::CallState;
  struct Name {
    std::string_view text;
    CallState state;
  };
  constexpr std::array names{Name{"held", CallState::held}, Name{"ringing", CallState::ringing},
                             Name{"active", CallState::active}, Name{"ended", CallState::ended}};
  for (const auto& name : names)
    if (name.text == text) return name.state;
  return std::nullopt;
}

}  // namespace

Asked::Asked(const Request& request, const Target& target, std::string parameter)
    : request_(request), target_(target), parameter_(std::move(parameter)) {}

void Asked::refuse(Problem problem) {
  if (!problem_) problem_ = std::move(problem);
}

void Asked::allow(std::span<const std::string_view> known) {
  for (const auto& [name, value] : target_.query)
    if (name.empty() || std::find(known.begin(), known.end(), name) == known.end())
      refuse({400, "this query parameter is not known here", name});
}

std::string Asked::aor() {
  auto aor = parse_shown_aor(parameter_);
  if (!aor) refuse({404, "there is no such user", ""});
  return std::move(aor).value_or("");
}

std::int64_t Asked::id() {
  const auto id = parse_id(parameter_);
  if (!id) refuse({404, "ids are positive numbers, and there is nothing with this one", ""});
  return id.value_or(0);
}

proxy::record::RowName Asked::row() {
  constexpr std::size_t longest = 64;
  if (const auto id = parse_id(parameter_)) return {*id, ""};
  if (parameter_.empty() || parameter_.size() > longest)
    refuse({404, "there is nothing of this name", ""});
  return {0, parameter_};
}

std::string Asked::query(std::string_view name) { return target_.parameter(name).value_or(""); }

std::size_t Asked::limit() {
  const auto text = target_.parameter("limit");
  if (!text) return Page{}.limit;
  const auto limit = parse_limit(*text);
  if (!limit) refuse({400, "limit must be a number from 1 to 200", "limit"});
  return limit.value_or(0);
}

Page Asked::page(char list) {
  Page page{0, limit()};
  if (const auto text = target_.parameter("cursor")) {
    const auto after = parse_row_cursor(list, *text);
    if (!after) refuse({400, "this cursor was not given out by this list", "cursor"});
    page.after = after.value_or(0);
  }
  return page;
}

std::optional<sip::WallTime> Asked::moment(std::string_view name) {
  const auto text = target_.parameter(name);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) refuse({400, "this must be a time as 2026-03-01T12:00:00Z", std::string{name}});
  return time;
}

CallFilter Asked::call_filter() {
  constexpr std::size_t longest = 64;
  CallFilter filter{"", moment("from"), moment("to"), target_.parameter("outcome").value_or("")};
  if (filter.outcome.size() > longest) refuse({400, "there is no outcome of this name", "outcome"});
  if (const auto user = target_.parameter("user")) {
    auto aor = parse_shown_aor(*user);
    if (!aor) refuse({400, "this is no address of record; write user@domain", "user"});
    filter.user = std::move(aor).value_or("");
  }
  return filter;
}

ListCalls Asked::calls() {
  ListCalls list{std::nullopt, {}, limit(), call_filter()};
  if (const auto text = target_.parameter("state")) {
    list.state = parse_state(*text);
    if (!list.state) refuse({400, "state must be held, ringing, active or ended", "state"});
  }
  const bool only_ended = list.state == proxy::record::CallState::ended;
  list.cursor.ended = only_ended;
  if (const auto text = target_.parameter("cursor")) {
    const auto cursor = parse_call_cursor(*text);
    const bool fits = cursor && (!list.state || cursor->ended == only_ended);
    if (!fits) refuse({400, "this cursor was not given out by this list", "cursor"});
    list.cursor = cursor.value_or(CallCursor{});
  }
  return list;
}

}  // namespace web::api
