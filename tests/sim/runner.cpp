#include "tests/sim/runner.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace test::sim {

namespace {

constexpr std::size_t failures_kept = 10;

class Crew {
 public:
  explicit Crew(const Order& order) : order_{order}, next_{order.from} {}

  Total work() {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < order_.jobs; ++i) threads.emplace_back([this] { one(); });
    threads.clear();
    total_.seconds = elapsed();
    std::ranges::sort(total_.failures, {}, &Failure::seed);
    if (order_.progress) show(true);
    return std::move(total_);
  }

 private:
  double elapsed() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  std::optional<std::uint64_t> take() {
    const std::uint64_t seed = next_.fetch_add(1);
    if (order_.seeds && seed - order_.from >= *order_.seeds) return std::nullopt;
    if (order_.time && elapsed() * 1000 >= static_cast<double>(order_.time->count()))
      return std::nullopt;
    return seed;
  }

  void one() {
    Reach reach;
    while (const auto seed = take()) {
      const auto outcome = run(*seed, reach);
      const std::scoped_lock lock{mutex_};
      total_.tally.add(outcome.tally);
      total_.violations += outcome.violations.size();
      if (!outcome.violations.empty() && total_.failures.size() < failures_kept)
        total_.failures.push_back({*seed, outcome.violations});
      if (order_.progress && elapsed() - shown_ > 1.0) show(false);
    }
    const std::scoped_lock lock{mutex_};
    total_.reach.add(reach);
  }

  void show(bool last) {
    shown_ = elapsed();
    std::fprintf(stderr, "\r%llu seeds, %llu calls, %.0f calls/s, %llu faults, %llu violations%s",
                 static_cast<unsigned long long>(total_.tally.seeds),
                 static_cast<unsigned long long>(total_.tally.calls),
                 static_cast<double>(total_.tally.calls) / std::max(shown_, 0.001),
                 static_cast<unsigned long long>(total_.tally.all_faults()),
                 static_cast<unsigned long long>(total_.violations), last ? "\n" : "  ");
    std::fflush(stderr);
  }

  Order order_;
  std::atomic<std::uint64_t> next_;
  std::chrono::steady_clock::time_point start_{std::chrono::steady_clock::now()};
  double shown_{0};
  std::mutex mutex_;
  Total total_;
};

}  // namespace

Total run_all(const Order& order) { return Crew{order}.work(); }

}  // namespace test::sim
