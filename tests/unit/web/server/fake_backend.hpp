#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "web/server/backend.hpp"

namespace web::server {

/// Knows the token "good" (and "broken", which cannot be
/// looked up, and "cursed", which throws); answers at once with what
/// `answer` makes, or keeps the question until somebody answers it.
class FakeBackend final : public Backend {
 public:
  using Answering = std::function<api::Answer(const api::Task&)>;

  explicit FakeBackend(Answering answering = {}) : answering_(std::move(answering)) {}

  Admission admit(std::string_view token) override {
    if (token == "broken") return Admission::unavailable;
    if (token == "cursed") throw std::runtime_error("cursed");
    return token == "good" ? Admission::known : Admission::unknown;
  }

  /// Knows the session "visitor", whose CSRF token is "stamp".
  Admission admit_session(std::string_view secret, std::string_view csrf, bool change) override {
    if (secret != "visitor") return Admission::unknown;
    return change && csrf != "stamp" ? Admission::forged : Admission::known;
  }
  EventHub& events() override { return events_; }

  void perform(api::Task task, Done done) override {
    if (answering_) {
      auto answer = answering_(task);
      remember(std::move(task), {});
      return done(std::move(answer));
    }
    remember(std::move(task), std::move(done));
  }

  /// Waits until so many tasks have come.
  void wait_for(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return tasks_.size() >= count; });
  }
  std::vector<api::Task> tasks() {
    const std::lock_guard lock{mutex_};
    return tasks_;
  }
  /// Answers the task with this index, from the caller's thread.
  void answer(std::size_t index, api::Answer with) {
    Done done;
    {
      const std::lock_guard lock{mutex_};
      done = std::exchange(waiting_.at(index), {});
    }
    done(std::move(with));
  }

 private:
  void remember(api::Task task, Done done) {
    const std::lock_guard lock{mutex_};
    tasks_.push_back(std::move(task));
    waiting_.push_back(std::move(done));
    changed_.notify_all();
  }

  EventHub events_{1};
  Answering answering_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<api::Task> tasks_;
  std::vector<Done> waiting_;
};

}  // namespace web::server
