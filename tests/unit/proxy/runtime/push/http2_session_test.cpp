#include "proxy/runtime/push/http2_session.hpp"

#include <gtest/gtest.h>

#include "tests/support/push/http2_peer.hpp"

namespace proxy::runtime::push {
namespace {

using std::chrono::seconds;
using test::Http2Peer;

constexpr std::uint32_t no_error = 0;
constexpr std::uint32_t internal_error = 2;
constexpr std::uint32_t refused_stream = 7;

/// A session and its peer, joined by nothing but strings; time passes when told.
class Http2SessionTest : public testing::Test {
 protected:
  Http2SessionTest() { connect({"push.example", seconds{30}, seconds{10}, 1'000, 100}, 10); }

  void connect(Http2Session::Options options, std::uint32_t streams) {
    peer_ = std::make_unique<Http2Peer>(
        [this](const Http2Peer::Request& request) {
          asked_.push_back(request);
          if (script_) script_(request);
        },
        streams);
    session_ = std::make_unique<Http2Session>(std::move(options), now_);
  }
  /// Carries bytes both ways until nobody has any.
  void exchange() {
    for (bool moved = true; moved;) {
      const auto up = session_->take_output();
      if (!up.empty()) peer_->receive(up);
      const auto down = peer_->take_output();
      if (!down.empty()) session_->receive(down, now_);
      moved = !up.empty() || !down.empty();
    }
    for (auto& event : session_->take_events()) events_.push_back(std::move(event));
  }
  void ask(Http2Session::Token token, std::string body = "{}") {
    session_->ask(
        token, {"/3/device/ab", {{"apns-topic", "com.example"}}, sip::make_bytes(std::move(body))},
        now_);
  }
  void pass(sip::Duration time) {
    now_ += time;
    session_->on_deadline(now_);
    exchange();
  }
  const Http2Session::Answered& answered(std::size_t i) {
    return std::get<Http2Session::Answered>(events_.at(i));
  }
  const Http2Session::Lost& lost(std::size_t i) {
    return std::get<Http2Session::Lost>(events_.at(i));
  }

  sip::TimePoint now_{};
  std::unique_ptr<Http2Peer> peer_;
  std::unique_ptr<Http2Session> session_;
  Http2Peer::Script script_;
  std::vector<Http2Peer::Request> asked_;
  std::vector<Http2Session::Event> events_;
};

TEST_F(Http2SessionTest, CarriesARequestAndItsAnswer) {
  script_ = [this](const auto& request) {
    peer_->answer(request.stream, 400, {{"apns-id", "u"}, {"retry-after", "3"}}, "why");
  };
  exchange();
  ask(1, "payload");
  exchange();
  ASSERT_EQ(asked_.size(), 1U);
  EXPECT_EQ(asked_[0].method, "POST");
  EXPECT_EQ(asked_[0].path, "/3/device/ab");
  EXPECT_EQ(asked_[0].headers.at(":authority"), "push.example");
  EXPECT_EQ(asked_[0].headers.at("apns-topic"), "com.example");
  EXPECT_EQ(asked_[0].body, "payload");
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(answered(0).token, 1U);
  EXPECT_EQ(answered(0).answer.status, 400);
  EXPECT_EQ(answered(0).answer.body, "why");
  EXPECT_EQ(answered(0).answer.apns_id, "u");
  EXPECT_EQ(answered(0).answer.retry_after, "3");
}

TEST_F(Http2SessionTest, AsksNothingBeforeThePeersSettings) {
  EXPECT_FALSE(session_->can_ask());
  exchange();
  EXPECT_TRUE(session_->can_ask());
}

TEST_F(Http2SessionTest, OpensNoMoreStreamsThanThePeerAllows) {
  connect({"push.example"}, 1);
  exchange();
  ask(1);
  EXPECT_FALSE(session_->can_ask());
  exchange();
  peer_->answer(asked_[0].stream, 200, {}, "");
  exchange();
  EXPECT_TRUE(session_->can_ask());
}

TEST_F(Http2SessionTest, OpensMoreStreamsOnceThePeerAllowsThem) {
  connect({"push.example"}, 1);
  exchange();
  ask(1);
  exchange();
  peer_->allow_streams(1'000);
  exchange();
  for (Http2Session::Token token = 2; token <= 500; ++token) {
    ASSERT_TRUE(session_->can_ask());
    ask(token);
  }
  exchange();
  EXPECT_EQ(peer_->open(), 500U);
}

TEST_F(Http2SessionTest, KeepsAnswersApartWhateverTheirOrder) {
  exchange();
  ask(1);
  ask(2);
  exchange();
  peer_->answer(asked_[1].stream, 200, {}, "second");
  peer_->answer(asked_[0].stream, 410, {}, "first");
  exchange();
  EXPECT_EQ(answered(0).token, 2U);
  EXPECT_EQ(answered(1).token, 1U);
  EXPECT_EQ(answered(1).answer.body, "first");
}

TEST_F(Http2SessionTest, CutsABodyAtItsLimitAndStopsThePeer) {
  exchange();
  ask(1);
  exchange();
  peer_->answer(asked_[0].stream, 500, {}, std::string(10'000'000, 'x'));
  exchange();
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(answered(0).answer.status, 500);
  EXPECT_EQ(answered(0).answer.body.size(), 1'000U);
  EXPECT_TRUE(answered(0).answer.cut);
  EXPECT_EQ(peer_->resets(), 1U);
  EXPECT_TRUE(session_->can_ask());
}

TEST_F(Http2SessionTest, SaysOfRequestsBehindAGoAwayThatTheyAreUntouched) {
  exchange();
  ask(1);
  ask(2);
  exchange();
  peer_->go_away(asked_[0].stream, no_error, "moving");
  exchange();
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(lost(0).token, 2U);
  EXPECT_TRUE(lost(0).untouched);
  EXPECT_TRUE(session_->is_closing());
  EXPECT_FALSE(session_->can_ask());
  EXPECT_FALSE(session_->is_over());
  EXPECT_EQ(session_->why(), "the service closed the connection (moving)");
}

TEST_F(Http2SessionTest, TakesTheAnswersOfRequestsBeforeAGoAway) {
  exchange();
  ask(1);
  exchange();
  peer_->go_away(asked_[0].stream, no_error);
  exchange();
  peer_->answer(asked_[0].stream, 200, {}, "");
  exchange();
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(answered(0).answer.status, 200);
  EXPECT_TRUE(session_->is_over());
}

TEST_F(Http2SessionTest, SaysOfARefusedStreamThatItIsUntouched) {
  exchange();
  ask(1);
  exchange();
  peer_->reset(asked_[0].stream, refused_stream);
  exchange();
  EXPECT_TRUE(lost(0).untouched);
  EXPECT_TRUE(session_->can_ask());
}

TEST_F(Http2SessionTest, DoesNotSayItOfAStreamThatWasResetForAnotherReason) {
  exchange();
  ask(1);
  exchange();
  peer_->reset(asked_[0].stream, internal_error);
  exchange();
  EXPECT_FALSE(lost(0).untouched);
}

TEST_F(Http2SessionTest, LosesWhatIsOpenWithItsTransport) {
  exchange();
  ask(1);
  ask(2);
  exchange();
  peer_->answer(asked_[0].stream, 200, {}, "");
  exchange();
  session_->lose("connection reset");
  exchange();
  ASSERT_EQ(events_.size(), 2U);
  EXPECT_EQ(lost(1).token, 2U);
  EXPECT_FALSE(lost(1).untouched);
  EXPECT_EQ(lost(1).why, "connection reset");
  EXPECT_TRUE(session_->is_over());
}

TEST_F(Http2SessionTest, HearsNothingMoreOfWhatWasForgotten) {
  exchange();
  ask(1);
  exchange();
  session_->forget(1);
  exchange();
  peer_->answer(asked_[0].stream, 200, {}, "");
  exchange();
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(peer_->resets(), 1U);
  EXPECT_EQ(session_->open(), 0U);
}

TEST_F(Http2SessionTest, PingsAfterSilenceAndGoesOnWhenItIsAnswered) {
  exchange();
  pass(seconds{29});
  EXPECT_EQ(peer_->pings(), 0U);
  pass(seconds{1});
  EXPECT_EQ(peer_->pings(), 1U);
  pass(seconds{11});
  EXPECT_FALSE(session_->is_over());
  EXPECT_EQ(session_->next_deadline(), now_ + seconds{19});
}

TEST_F(Http2SessionTest, GivesUpAPeerThatAnswersNoPing) {
  exchange();
  peer_->fall_silent();
  pass(seconds{30});
  pass(seconds{9});
  EXPECT_FALSE(session_->is_over());
  pass(seconds{1});
  EXPECT_TRUE(session_->is_over());
}

TEST_F(Http2SessionTest, PingsSoonOnceForRequestsThatGoUnanswered) {
  exchange();
  pass(seconds{20});
  ask(1);
  exchange();
  pass(seconds{1});
  ask(2);
  exchange();
  EXPECT_EQ(peer_->pings(), 0U);
  pass(seconds{1});
  EXPECT_EQ(peer_->pings(), 1U);
  pass(seconds{29});
  EXPECT_EQ(peer_->pings(), 1U);
  EXPECT_FALSE(session_->is_over());
}

TEST_F(Http2SessionTest, GivesUpADeadConnectionWithinFiveSecondsOfARequest) {
  exchange();
  ask(1);
  exchange();
  peer_->fall_silent();
  pass(seconds{2});
  pass(seconds{2});
  EXPECT_FALSE(session_->is_over());
  pass(seconds{1});
  EXPECT_TRUE(session_->is_over());
  EXPECT_EQ(lost(0).why, "the connection is dead: no answer to a ping");
}

TEST_F(Http2SessionTest, GivesUpAPeerThatSpeaksNoHttp2) {
  (void)session_->take_output();
  session_->receive("HTTP/1.1 400 Bad Request\r\n\r\n", now_);
  (void)session_->take_output();
  EXPECT_TRUE(session_->is_over());
  EXPECT_EQ(session_->why(), "the service breaks the rules of HTTP/2");
}

TEST_F(Http2SessionTest, SurvivesEveryByteThatIsTurned) {
  (void)session_->take_output();
  const auto greeting = peer_->take_output();
  for (std::size_t i = 0; i < greeting.size(); ++i) {
    auto damaged = greeting;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
    Http2Session session{{"push.example"}, now_};
    session.receive(damaged, now_);
    (void)session.take_output();
    (void)session.is_over();
  }
}

TEST_F(Http2SessionTest, TakesALargeBodyPastTheFlowControlWindow) {
  exchange();
  for (Http2Session::Token token = 1; token <= 5; ++token) ask(token, std::string(60'000, 'y'));
  exchange();
  ASSERT_EQ(asked_.size(), 5U);
  for (const auto& request : asked_) EXPECT_EQ(request.body.size(), 60'000U);
}

}  // namespace
}  // namespace proxy::runtime::push
