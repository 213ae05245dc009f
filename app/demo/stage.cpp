#include "app/demo/stage.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>

namespace app::demo {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// How long a condition that no phone's event touches may stay unnoticed.
constexpr auto look_again = 50ms;

}  // namespace

std::uint64_t Stage::SystemIds::next() {
  std::random_device device;
  return std::uint64_t{device()} << 32U | device();
}

Stage::Stage(std::stop_token stop)
    : stop_{std::move(stop)}, work_{boost::asio::make_work_guard(io_)} {}

Phone& Stage::add(PhoneSettings settings) {
  phones_.push_back(std::make_unique<Phone>(io_, std::move(settings), ids_));
  return *phones_.back();
}

bool Stage::until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  while (!done()) {
    const auto now = Clock::now();
    if (stopped() || now >= end) return false;
    io_.run_one_until(std::min<Clock::time_point>(end, now + look_again));
  }
  return true;
}

bool Stage::pass(std::chrono::milliseconds time) {
  until([] { return false; }, time);
  return !stopped();
}

void Stage::post(PushSeen push) {
  boost::asio::post(io_, [this, push = std::move(push)] { pushes_.push_back(push); });
}

const PushSeen* Stage::push(std::string_view prid, std::string_view call_id) const {
  const auto found = std::ranges::find_if(
      pushes_, [&](const PushSeen& push) { return push.prid == prid && push.call_id == call_id; });
  return found == pushes_.end() ? nullptr : &*found;
}

}  // namespace app::demo
