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

std::string_view name_of(Order::By by) {
  constexpr std::array<std::string_view, 4> names{"id", "aor", "last_register", "expires_at"};
  return names.at(static_cast<std::size_t>(by));
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

Page Asked::page(char list, std::initializer_list<Order::By> sorts) {
  Order order;
  if (const auto text = target_.parameter("sort")) {
    std::string_view name{*text};
    order.down = name.starts_with('-');
    if (order.down) name.remove_prefix(1);
    std::string known;
    const auto* found = std::ranges::find(sorts, name, name_of);
    for (const auto by : sorts) known.append(known.empty() ? "" : ", ").append(name_of(by));
    if (found == sorts.end())
      refuse(
          {400, "sort must be one of " + known + ", with - before it for largest first", "sort"});
    else
      order.by = *found;
  }
  Page page;
  if (const auto text = target_.parameter("cursor")) {
    const auto known = parse_page_cursor(list, order, *text);
    if (!known) refuse({400, "this cursor was not given out by this list", "cursor"});
    page = known.value_or(Page{});
  }
  page.order = order;
  page.limit = limit();
  return page;
}

std::string Asked::text(std::string_view name) {
  constexpr std::size_t longest = 255;
  auto text = target_.parameter(name).value_or("");
  if (text.size() > longest) refuse({400, "this must have at most 255 bytes", std::string{name}});
  return text;
}

std::optional<bool> Asked::flag(std::string_view name) {
  const auto chosen = choice(name, {"true", "false"});
  return chosen == 0 ? std::nullopt : std::optional{chosen == 1};
}

std::int64_t Asked::number(std::string_view name) {
  const auto text = target_.parameter(name);
  if (!text) return 0;
  const auto id = parse_id(*text);
  if (!id) refuse({400, "this must be an id, which is a positive number", std::string{name}});
  return id.value_or(0);
}

std::string Asked::user(std::string_view name) {
  const auto text = target_.parameter(name);
  if (!text) return {};
  auto aor = parse_shown_aor(*text);
  if (!aor) refuse({400, "this is no address of record; write user@domain", std::string{name}});
  return std::move(aor).value_or("");
}

std::size_t Asked::choice(std::string_view name, std::initializer_list<std::string_view> choices) {
  const auto text = target_.parameter(name);
  if (!text) return 0;
  const auto* found = std::ranges::find(choices, *text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin()) + 1;
  std::string known;
  for (const auto one : choices) known.append(known.empty() ? "" : ", ").append(one);
  refuse({400, "this must be one of " + known, std::string{name}});
  return 0;
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
  filter.user = user("user");
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
  list.oldest_first = choice("sort", {"id", "-id"}) == 1;
  list.cursor.up = list.oldest_first;
  if (list.oldest_first && !only_ended)
    refuse({400, "only ended calls are listed with the oldest first: say state=ended", "sort"});
  if (const auto text = target_.parameter("cursor")) {
    const auto cursor = parse_call_cursor(*text);
    const bool fits =
        cursor && (!list.state || cursor->ended == only_ended) && cursor->up == list.oldest_first;
    if (!fits) refuse({400, "this cursor was not given out by this list", "cursor"});
    list.cursor = cursor.value_or(CallCursor{});
  }
  return list;
}

}  // namespace web::api
