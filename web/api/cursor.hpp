#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "web/api/task.hpp"

namespace web::api {

// Cursors are opaque to clients; a letter in front keeps one list's cursor out of another's.

inline constexpr std::size_t largest_page = 200;

/// 1..200, nothing else.
std::optional<std::size_t> parse_limit(std::string_view text);
/// A positive id as in a path: digits only, within 63 bits.
std::optional<std::int64_t> parse_id(std::string_view text);

/// "u17": rows after 17 of the list with this letter.
std::string row_cursor(char list, std::int64_t after);
std::optional<std::int64_t> parse_row_cursor(char list, std::string_view text);

/// The same of a list in this order, with what the row is sorted by. In ascending order of ids it
/// is row_cursor().
std::string page_cursor(char list, const Order& order, std::int64_t after, std::string_view key);
/// Where the page of this order goes on; nothing when the cursor is of another list or order.
std::optional<Page> parse_page_cursor(char list, const Order& order, std::string_view text);

/// "l17" and "e17": live or ended calls below 17; "e0" is the start of the ended ones.
/// "o17": ended calls above 17, in a list with the oldest first.
std::string to_string(const CallCursor& cursor);
std::optional<CallCursor> parse_call_cursor(std::string_view text);

}  // namespace web::api
