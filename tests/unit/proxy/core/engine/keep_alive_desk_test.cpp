#include "proxy/core/engine/keep_alive_desk.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "proxy/core/engine/engine.hpp"
#include "tests/support/seeded_ids.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;
using KeepAlive = Settings::Nat::KeepAlive;

/// An engine that finds these contacts registered when it starts.
class KeepAlives : public ::testing::Test {
 protected:
  void start(KeepAlive what, sip::Duration left = 1h) {
    settings_->domains = {"a.b"};
    settings_->nat.keep_alive = what;
    Settings::Local local;
    local.host = "192.0.2.1";
    local.port = 5060;
    settings_->locals.push_back(local);
    record::Snapshot snapshot;
    snapshot.users = {{1, "bob@a.b", "Bob", "", "", "", true, {}}};
    for (auto& row : contacts_) {
      record::Device device;
      device.id = row.id;
      device.user_id = 1;
      device.key = "i:" + std::to_string(row.id);
      row.device_id = row.id;
      row.expires_at = now_.wall + left;
      snapshot.devices.push_back(device);
      snapshot.bindings.push_back(row);
    }
    snapshot.last_ids.device = snapshot.last_ids.binding = 1'000;
    engine_ = std::make_unique<Engine>(settings_, ids_);
    engine_->restore(snapshot, now_, out_);
    out_.drain();
  }
  void contact(std::string uri, std::string flow, std::string path = {}) {
    record::Binding row;
    row.id = static_cast<std::int64_t>(contacts_.size()) + 1;
    row.contact = std::move(uri);
    row.flow = std::move(flow);
    row.path = std::move(path);
    contacts_.push_back(std::move(row));
  }
  /// What is sent until then, and at most how much at one moment.
  std::vector<Send> run(sip::Duration length) {
    std::vector<Send> sends;
    const auto end = now_.mono + length;
    for (auto next = engine_->next_deadline(); next && *next <= end;
         next = engine_->next_deadline()) {
      now_.wall += *next - now_.mono;
      now_.mono = *next;
      engine_->on_deadline(now_, out_);
      std::size_t at_once = 0;
      for (const auto& action : out_.drain())
        if (const auto* send = std::get_if<Send>(&action)) {
          sends.push_back(*send);
          ++at_once;
        }
      most_at_once_ = std::max(most_at_once_, at_once);
    }
    now_.wall += end - now_.mono;
    now_.mono = end;
    return sends;
  }

  sip::Instant now_{sip::TimePoint{1h}, sip::WallTime{24h * 365 * 50}};
  std::shared_ptr<Settings> settings_ = std::make_shared<Settings>();
  test::SeededIds ids_;
  sip::Outbox<Action> out_;
  std::vector<record::Binding> contacts_;
  std::unique_ptr<Engine> engine_;
  std::size_t most_at_once_{0};
};

TEST_F(KeepAlives, ArePairsOfLineEndsToWhoIsBehindNat) {
  contact("sip:bob@10.0.0.2:5060", "udp:0:203.0.113.1:5060");
  start(KeepAlive::crlf);
  const auto sends = run(100s);
  ASSERT_EQ(sends.size(), 4U);
  EXPECT_EQ(*sends.front().bytes, "\r\n\r\n");
  EXPECT_EQ(sip::to_string(sends.front().flow), "udp:0:203.0.113.1:5060");
}

TEST_F(KeepAlives, AreRequestsWhenThePhoneIsToAnswer) {
  contact("sip:bob@10.0.0.2:5060;pn-prid=secret;pn-provider=apns", "udp:0:203.0.113.1:5060");
  start(KeepAlive::options);
  const auto sends = run(25s);
  ASSERT_EQ(sends.size(), 1U);
  const std::string_view text{*sends.front().bytes};
  EXPECT_TRUE(text.starts_with("OPTIONS sip:bob@10.0.0.2:5060 SIP/2.0\r\n")) << text;
  EXPECT_EQ(text.find("secret"), std::string_view::npos);
}

TEST_F(KeepAlives, GoToNobodyWhoNeedsNone) {
  contact("sip:bob@203.0.113.1:5060", "udp:0:203.0.113.1:5060");          // where it says it is
  contact("sip:bob@10.0.0.2:5060", "tcp:4:203.0.113.1:5060");             // a connection
  contact("sip:bob@10.0.0.2", "udp:0:203.0.113.2:5060", "<sip:p.b;lr>");  // behind another proxy
  start(KeepAlive::crlf);
  EXPECT_TRUE(run(100s).empty());
}

TEST_F(KeepAlives, AreOffUntilTheyAreAskedFor) {
  contact("sip:bob@10.0.0.2:5060", "udp:0:203.0.113.1:5060");
  EXPECT_EQ(Settings{}.nat.keep_alive, KeepAlive::off);
  start(KeepAlive::off);
  EXPECT_TRUE(run(100s).empty());
}

TEST_F(KeepAlives, EndWithTheRegistration) {
  contact("sip:bob@10.0.0.2:5060", "udp:0:203.0.113.1:5060");
  start(KeepAlive::crlf, 50s);
  EXPECT_EQ(run(100s).size(), 2U);
}

TEST_F(KeepAlives, AreSpreadOverTheInterval) {
  for (int i = 1; i <= 500; ++i)
    contact("sip:bob@10.0.0.2:5060", "udp:0:203.0.113.1:" + std::to_string(10'000 + i));
  start(KeepAlive::crlf);
  EXPECT_EQ(run(25s).size(), 500U);
  EXPECT_LE(most_at_once_, 3U);
}

}  // namespace
}  // namespace proxy
