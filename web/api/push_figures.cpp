#include "web/api/push_figures.hpp"

#include <array>

namespace web::api {

std::vector<PushFigures> push_figures(const std::vector<proxy::view::Provider>& providers) {
  constexpr std::array<std::string_view, 4> services{"webhook", "apns", "fcm", "webpush"};
  std::vector<PushFigures> all;
  for (const auto service : services) {
    PushFigures sum{.provider = service};
    for (const auto& one : providers) {
      if (one.provider != service) continue;
      sum.configured = true;
      sum.accepted += one.accepted;
      sum.refused += one.refused;
      sum.dead += one.dead;
      sum.failed += one.failed;
    }
    if (sum.configured || service == services.front()) all.push_back(sum);
  }
  return all;
}

}  // namespace web::api
