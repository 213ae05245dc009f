#include "proxy/core/view/ring_test.hpp"

#include <array>

namespace proxy::view {

std::string_view to_string(RingResult result) {
  constexpr std::array<std::string_view, 3> names{"running", "passed", "failed"};
  return names.at(static_cast<std::size_t>(result));
}

std::string_view to_string(RingStep step) {
  constexpr std::array<std::string_view, 11> names{
      "push_asked", "push_accepted", "push_refused", "registered", "not_registered", "awake",
      "invite",     "rang",          "answered",     "refused",    "silent"};
  return names.at(static_cast<std::size_t>(step));
}

}  // namespace proxy::view
