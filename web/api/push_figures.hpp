#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "proxy/core/view/provider.hpp"

namespace web::api {

/// What one push service has said since the start, over all our keys for it.
struct PushFigures {
  std::string_view provider;
  bool configured{false};
  std::uint64_t accepted{0}, refused{0}, dead{0}, failed{0};
};

/// One for each service that is configured, and one for the webhook anyway.
std::vector<PushFigures> push_figures(const std::vector<proxy::view::Provider>& providers);

}  // namespace web::api
