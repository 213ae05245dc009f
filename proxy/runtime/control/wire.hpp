#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/view/view.hpp"

namespace proxy::runtime::control {

/// A request or a reply is one line of at most so many bytes, its line feed included.
constexpr std::size_t line_bytes_max = 1'048'576;

/// The one JSON object that asks for a change: {"cmd":"add_user","aor":...}, without a line feed.
std::string encode(const Change& change);
/// What encode(Change) wrote, or why it is not that.
std::variant<Change, view::Refused> decode_change(std::string_view line);

/// {"ok":true,"id":7,"count":0} or {"ok":false,"status":409,"field":"aor","why":"..."}.
std::string encode(const view::Answer& answer);
/// view::Done or view::Refused; anything else is a Refused that says so.
view::Answer decode_answer(std::string_view line);

}  // namespace proxy::runtime::control
