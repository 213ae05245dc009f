#include "web/api/fields.hpp"

namespace web::api {

using proxy::record::Shown;

namespace {

constexpr std::size_t most_lines = 64;

/// Null takes back where calls go on to.
bool may_be_null(std::string_view name) { return name.starts_with("forward_"); }

}  // namespace

void read_member(Body& body, std::string_view name, Shown shown,
                 std::optional<std::string>& member) {
  if (may_be_null(name) && body.is_null(name)) {
    member.emplace();
  } else {
    member = shown == Shown::as_list ? body.lines(name, most_lines) : body.text(name);
  }
}

void read_member(Body& body, std::string_view name, Shown, std::optional<bool>& member) {
  member = body.flag(name);
}

void read_member(Body& body, std::string_view name, Shown, std::optional<std::uint32_t>& member) {
  const auto value = body.number(name, 0, std::numeric_limits<std::int32_t>::max());
  if (value) member = static_cast<std::uint32_t>(*value);
}

}  // namespace web::api
