#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "proxy/core/record/wake_times.hpp"
#include "proxy/runtime/store/store.hpp"
#include "sipstack/auth/digest.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"
#include "web/api/render.hpp"
#include "web/server/engine_backend.hpp"

namespace web::server {

inline proxy::record::WallTime wall(std::int64_t ms) {
  return proxy::record::WallTime{std::chrono::milliseconds{ms}};
}
inline proxy::record::WallTime in_an_hour() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now() +
                                                       std::chrono::hours{1});
}

inline proxy::record::User user(std::int64_t id, std::string aor) {
  proxy::record::User row;
  row.id = id;
  row.aor = std::move(aor);
  row.ha1_md5 = std::string(32, 'a');
  return row;
}
inline proxy::record::Device device(std::int64_t id, std::int64_t user) {
  proxy::record::Device row;
  row.id = id;
  row.user_id = user;
  row.key = "k";
  row.push = {"apns.dev", "p", "secret-token"};
  return row;
}
inline proxy::record::Binding binding(std::int64_t id, std::int64_t device,
                                      proxy::record::WallTime expires_at) {
  proxy::record::Binding row;
  row.id = id;
  row.device_id = device;
  row.contact = "sip:x@192.0.2.1:5062";
  row.flow = "udp:0:192.0.2.1:5062";
  row.expires_at = expires_at;
  return row;
}
inline proxy::record::Call call(std::int64_t id, proxy::record::CallState state) {
  proxy::record::Call row;
  row.id = id;
  row.call_id = "c" + std::to_string(id);
  row.state = state;
  return row;
}
inline proxy::record::Leg leg(std::int64_t id, std::int64_t call) {
  proxy::record::Leg row;
  row.id = id;
  row.call_id = call;
  row.device_id = 4;
  return row;
}

/// A backend over a real database, with an engine that answers by script.
class EngineBackendTest : public ::testing::Test {
 protected:
  ~EngineBackendTest() override { ::close(null_); }

  void stored(std::vector<proxy::record::Change> changes) {
    ASSERT_EQ(store_.commit(changes), std::nullopt);
  }
  void engine_says(proxy::view::Answer answer) { engine_.push_back(std::move(answer)); }

  api::Answer perform(api::Task task) {
    std::optional<api::Answer> got;
    backend_->perform(std::move(task), caller_, [&](api::Answer answer) {
      EXPECT_FALSE(got) << "answered twice";
      got = std::move(answer);
    });
    EXPECT_TRUE(got);
    return got ? *std::move(got) : api::Answer{};
  }
  template <class T>
  T performed(api::Task task) {
    auto answer = perform(std::move(task));
    EXPECT_TRUE(std::holds_alternative<T>(answer)) << api::render(answer).body;
    return std::holds_alternative<T>(answer) ? std::get<T>(std::move(answer)) : T{};
  }
  int refusal(api::Task task) { return performed<proxy::view::Refused>(std::move(task)).status; }

  proxy::view::Answer next_answer() {
    if (engine_.empty()) return proxy::view::Refused{503, "", "busy"};
    auto answer = std::move(engine_.front());
    engine_.pop_front();
    return answer;
  }

  proxy::store::TempDir dir_;
  proxy::store::Store store_{dir_.path(), proxy::Settings::Durability::commit};
  std::deque<proxy::view::Answer> engine_;
  std::vector<proxy::view::Query> queries_;
  std::vector<proxy::Change> changes_;
  std::vector<proxy::Actor> actors_;
  std::vector<api::WayIn> ways_{{"udp", "192.0.2.1", 5060}};
  const api::Caller caller_{"tester", "192.0.2.9", api::Scope::admin};
  int null_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  std::shared_ptr<proxy::runtime::log::Log> log_{std::make_shared<proxy::runtime::log::Log>(
      proxy::runtime::log::Format::text, proxy::Level::error, null_)};
  std::shared_ptr<EngineBackend> backend_{std::make_shared<EngineBackend>(
      Door{[this](proxy::view::Query query, const Door::Done& done) {
             queries_.push_back(query);
             done(next_answer());
           },
           [this](proxy::Change change, const proxy::Actor& actor, const Door::Done& done) {
             actors_.push_back(actor);
             changes_.push_back(std::move(change));
             done(next_answer());
           },
           [] {
             return api::Status{"1.2.3", 60, {{"udp", "127.0.0.1:5060"}}, {}, {}, {}};
           },
           {},
           [] {
             proxy::view::Provider provider;
             provider.provider = "apns";
             return std::vector{provider};
           },
           [this] { return ways_; }},
      dir_.path(), log_)};
};

}  // namespace web::server
