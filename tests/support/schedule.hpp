#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "sipstack/base/time.hpp"

namespace test {

/// What the virtual world will do, by time; equal times keep the order they were put in.
class Schedule {
 public:
  using Task = std::function<void()>;

  void at(sip::TimePoint when, Task task) {
    tasks_.emplace(std::pair{when, ++count_}, std::move(task));
  }
  std::optional<sip::TimePoint> next() const {
    if (tasks_.empty()) return std::nullopt;
    return tasks_.begin()->first.first;
  }
  /// The first task; there must be one.
  Task take() {
    auto first = tasks_.extract(tasks_.begin());
    return std::move(first.mapped());
  }

 private:
  std::map<std::pair<sip::TimePoint, std::uint64_t>, Task> tasks_;
  std::uint64_t count_{0};
};

}  // namespace test
