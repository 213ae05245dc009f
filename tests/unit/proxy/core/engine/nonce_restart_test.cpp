#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>

#include "proxy/core/engine/engine.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/message/message.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;

class Counting final : public sip::IdSource {
 public:
  std::uint64_t next() override { return ++last_; }

 private:
  std::uint64_t last_{0};
};

/// One life of an engine with a user bob, and what it leaves in the store.
class Life {
 public:
  Life(const record::Snapshot& before, sip::Duration at) : rows_{before}, now_{at} {
    Settings settings;
    settings.domains = {"example.com"};
    settings.locals.push_back(
        {sip::Transport::udp, *sip::Endpoint::parse("192.0.2.1:5060"), "192.0.2.1", 5060});
    engine_ = std::make_unique<Engine>(std::make_shared<const Settings>(settings), ids_);
    engine_->restore(before, instant(), out_);
    take();
  }
  /// The answer to a REGISTER of bob.
  std::string ask(const std::string& authorization) {
    const auto number = std::to_string(++cseq_);
    engine_->on(
        MessageReceived{*sip::parse_flow("udp:0:198.51.100.9:5060"),
                        "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK" +
                            number +
                            "\r\nFrom: <sip:bob@example.com>;tag=1\r\nTo: <sip:bob@example.com>"
                            "\r\nCall-ID: c\r\nCSeq: " +
                            number + " REGISTER\r\n" + authorization + "\r\n"},
        instant(), out_);
    return take();
  }
  record::Snapshot shut_down() {
    engine_->on(Shutdown{}, instant(), out_);
    take();
    return rows_;
  }
  const record::Snapshot& rows() const { return rows_; }

 private:
  sip::Instant instant() const {
    return {sip::TimePoint{now_}, sip::WallTime{1'700'000'000s} + now_};
  }
  std::string take() {
    std::string sent;
    for (const Action& action : out_.drain()) {
      if (const auto* send = std::get_if<Send>(&action)) sent = *send->bytes;
      const auto* write = std::get_if<Write>(&action);
      const auto* setting = write ? std::get_if<record::Setting>(&write->change) : nullptr;
      if (!setting) continue;
      std::erase_if(rows_.settings, [&](const auto& row) { return row.key == setting->key; });
      rows_.settings.push_back(*setting);
    }
    return sent;
  }

  Counting ids_;
  record::Snapshot rows_;
  sip::Duration now_;
  std::unique_ptr<Engine> engine_;
  sip::Outbox<Action> out_;
  int cseq_{0};
};

class NonceRestartTest : public ::testing::Test {
 protected:
  NonceRestartTest() {
    record::User bob;
    bob.id = 1;
    bob.aor = "bob@example.com";
    bob.ha1_sha256 = sip::auth::ha1(sip::auth::Algorithm::sha256, "bob", "example.com", "secret");
    rows_.users.push_back(bob);
    rows_.last_ids.user = 1;
  }
  /// Credentials with this count, for the nonce that came with the first challenge.
  std::string credentials(std::uint32_t nc) const {
    return "Authorization: " +
           sip::auth::answer(challenge_, "bob", "secret", "REGISTER", "sip:example.com", "cn", nc) +
           "\r\n";
  }
  void be_challenged(Life& life) {
    const auto response = sip::Message::parse(life.ask({}));
    ASSERT_TRUE(response && response->status() == 401);
    challenge_ = response->value(sip::HeaderName::www_authenticate);
  }

  record::Snapshot rows_;
  std::string challenge_;
};

TEST_F(NonceRestartTest, ANonceIsGoodAfterAnOrderlyRestartAndItsCountsAreKept) {
  Life first{rows_, 1min};
  be_challenged(first);
  EXPECT_TRUE(first.ask(credentials(1)).starts_with("SIP/2.0 200"));
  Life second{first.shut_down(), 2min};
  EXPECT_TRUE(second.ask(credentials(1)).starts_with("SIP/2.0 401"));
  EXPECT_TRUE(second.ask(credentials(2)).starts_with("SIP/2.0 200"));
}

TEST_F(NonceRestartTest, KeptCountsAreGoodForOneLife) {
  Life first{rows_, 1min};
  be_challenged(first);
  EXPECT_TRUE(first.ask(credentials(1)).starts_with("SIP/2.0 200"));
  Life second{first.shut_down(), 2min};
  EXPECT_TRUE(second.ask(credentials(2)).starts_with("SIP/2.0 200"));
  Life killed{second.rows(), 3min};
  EXPECT_TRUE(killed.ask(credentials(2)).starts_with("SIP/2.0 401"));
}

TEST_F(NonceRestartTest, AfterACrashANonceIsStaleAndNotWrong) {
  Life first{rows_, 1min};
  be_challenged(first);
  EXPECT_TRUE(first.ask(credentials(1)).starts_with("SIP/2.0 200"));
  Life second{first.rows(), 2min};
  EXPECT_NE(second.ask(credentials(2)).find("stale=true"), std::string::npos);
}

}  // namespace
}  // namespace proxy
