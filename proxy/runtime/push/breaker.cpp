#include "proxy/runtime/push/breaker.hpp"

#include <algorithm>
#include <array>

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
constexpr std::array<std::chrono::seconds, 5> pauses{5s, 10s, 20s, 40s, 60s};

}  // namespace

void Breaker::answered(bool well, Time now) {
  trying_ = false;
  if (well) {
    failures_ = 0;
    return;
  }
  ++failures_;
  if (failures_ < failures_max) return;
  const auto step = std::min<std::size_t>(failures_ - failures_max, pauses.size() - 1);
  open_until_ = now + pauses.at(step);
}

}  // namespace proxy::runtime::push
