#include "web/api/cursor.hpp"

#include <limits>

#include "sipstack/base/text.hpp"

namespace web::api {
namespace {

std::optional<std::int64_t> parse_from(std::string_view digits, std::int64_t least) {
  const auto number = sip::parse_number(digits, std::numeric_limits<std::int64_t>::max());
  if (!number || static_cast<std::int64_t>(*number) < least) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

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

std::string to_string(const CallCursor& cursor) {
  return row_cursor(cursor.ended ? 'e' : 'l', cursor.before);
}

std::optional<CallCursor> parse_call_cursor(std::string_view text) {
  const bool ended = text.starts_with('e');
  const auto before = parse_row_cursor(ended ? 'e' : 'l', text);
  if (!before) return std::nullopt;
  return CallCursor{ended, *before};
}

}  // namespace web::api
