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

/// Knows the tokens "good", "writer", "looker" of narrowing scopes, "old" (and "broken", which
/// cannot be looked up, and "cursed", which throws); answers at once with what `answer` makes, or
/// keeps the question until somebody answers it.
class FakeBackend final : public Backend {
 public:
  using Answering = std::function<api::Answer(const api::Task&)>;

  explicit FakeBackend(Answering answering = {}) : answering_(std::move(answering)) {}

  Admitted admit(std::string_view token) override {
    if (token == "broken") return {Admission::unavailable, {}};
    if (token == "cursed") throw std::runtime_error("cursed");
    if (token == "old") return {Admission::expired, {}};
    if (token == "looker") return {Admission::known, {"looker", "", api::Scope::read}};
    if (token == "writer") return {Admission::known, {"writer", "", api::Scope::write}};
    if (token != "good") return {Admission::unknown, {}};
    return {Admission::known, {"tester", "", api::Scope::admin}};
  }
  Idempotency& idempotency() override { return idempotency_; }

  /// Knows the session "visitor", whose CSRF token is "stamp".
  Admission admit_session(std::string_view secret, std::string_view csrf, bool change) override {
    if (secret != "visitor") return Admission::unknown;
    return change && csrf != "stamp" ? Admission::forged : Admission::known;
  }
  EventHub& events() override { return events_; }

  void perform(api::Task task, const api::Caller& caller, Done done) override {
    remember(caller);
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
  std::vector<api::Caller> callers() {
    const std::lock_guard lock{mutex_};
    return callers_;
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

  void remember(const api::Caller& caller) {
    const std::lock_guard lock{mutex_};
    callers_.push_back(caller);
  }

  Idempotency idempotency_;
  EventHub events_{1};
  Answering answering_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<api::Caller> callers_;
  std::vector<api::Task> tasks_;
  std::vector<Done> waiting_;
};

}  // namespace web::server
