#include "proxy/core/record/rows.hpp"

#include <array>
#include <cstddef>

namespace proxy::record {
namespace {

constexpr std::array<std::string_view, 4> call_states{"held", "ringing", "active", "ended"};
static_assert(call_states.size() == static_cast<std::size_t>(CallState::ended) + 1);

constexpr std::array<std::string_view, 11> leg_states{"new",     "pushed", "awake", "delivered",
                                                      "ringing", "won",    "lost",  "declined",
                                                      "late",    "closed", "gone"};
static_assert(leg_states.size() == static_cast<std::size_t>(LegState::gone) + 1);

constexpr std::array<std::string_view, 3> scopes{"read", "write", "admin"};
static_assert(scopes.size() == static_cast<std::size_t>(Scope::admin) + 1);

}  // namespace

std::string_view to_string(Scope scope) { return scopes.at(static_cast<std::size_t>(scope)); }

std::optional<Scope> parse_scope(std::string_view text) {
  for (std::size_t i = 0; i < scopes.size(); ++i)
    if (scopes.at(i) == text) return static_cast<Scope>(i);
  return std::nullopt;
}

std::string_view to_string(CallState state) {
  return call_states.at(static_cast<std::size_t>(state));
}

std::string_view to_string(LegState state) {
  return leg_states.at(static_cast<std::size_t>(state));
}

}  // namespace proxy::record
