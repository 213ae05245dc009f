#include "web/api/cursor.hpp"

#include <limits>

#include "sipstack/base/base64url.hpp"
#include "sipstack/base/text.hpp"

namespace web::api {
namespace {

std::optional<std::int64_t> parse_from(std::string_view digits, std::int64_t least) {
  const auto number = sip::parse_number(digits, std::numeric_limits<std::int64_t>::max());
  if (!number || static_cast<std::int64_t>(*number) < least) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

constexpr char letter_of(Order::By by) { return "iale"[static_cast<std::size_t>(by)]; }

}  // namespace

std::optional<std::size_t> parse_limit(std::string_view text) {
  const auto number = sip::parse_number(text, largest_page);
  if (!number || *number == 0) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

std::optional<std::int64_t> parse_id(std::string_view text) { return parse_from(text, 1); }

std::string row_cursor(char list, std::int64_t after) { return list + std::to_string(after); }

std::optional<std::int64_t> parse_row_cursor(char list, std::string_view text) {
  if (!text.starts_with(list)) return std::nullopt;
  return parse_from(text.substr(1), 0);
}

std::string page_cursor(char list, const Order& order, std::int64_t after, std::string_view key) {
  if (order == Order{}) return row_cursor(list, after);
  std::string text{list, letter_of(order.by)};
  if (order.down) text += '-';
  text += std::to_string(after);
  return order.by == Order::By::id ? text : text + '.' + sip::base64url(key);
}

std::optional<Page> parse_page_cursor(char list, const Order& order, std::string_view text) {
  Page page;
  page.order = order;
  auto begin = std::string{list};
  if (order != Order{}) begin += letter_of(order.by);
  if (order.down) begin += '-';
  if (!text.starts_with(begin)) return std::nullopt;
  text.remove_prefix(begin.size());
  const auto dot = text.find('.');
  const auto after = parse_from(text.substr(0, dot), 0);
  const bool keyed = order.by != Order::By::id;
  if (!after || keyed != (dot != std::string_view::npos)) return std::nullopt;
  page.after = *after;
  if (!keyed) return page;
  auto key = sip::from_base64url(text.substr(dot + 1));
  if (!key) return std::nullopt;
  page.key = *std::move(key);
  const bool number = order.by != Order::By::aor;
  if (number && !parse_from(page.key, 0)) return std::nullopt;
  return page;
}

std::string to_string(const CallCursor& cursor) {
  if (cursor.up) return row_cursor('o', cursor.before);
  return row_cursor(cursor.ended ? 'e' : 'l', cursor.before);
}

std::optional<CallCursor> parse_call_cursor(std::string_view text) {
  if (const auto after = parse_row_cursor('o', text)) return CallCursor{true, *after, true};
  const bool ended = text.starts_with('e');
  const auto before = parse_row_cursor(ended ? 'e' : 'l', text);
  if (!before) return std::nullopt;
  return CallCursor{ended, *before, false};
}

}  // namespace web::api
