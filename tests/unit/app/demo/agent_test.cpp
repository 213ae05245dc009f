#include "app/demo/agent.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sipstack/message/reply.hpp"

namespace app::demo {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;
using sip::TimePoint;

class CountingIds final : public sip::IdSource {
 public:
  std::uint64_t next() override { return ++last_ * 0x9E3779B97F4A7C15ULL; }

 private:
  std::uint64_t last_{0};
};

sip::Flow flow_to(std::uint16_t port) {
  sip::Flow flow;
  flow.peer = {sip::Address::v4(0x7F000001), port};
  return flow;
}

AgentSettings settings(std::string user, std::uint16_t port, std::uint16_t peer) {
  AgentSettings s;
  s.user = std::move(user);
  s.domain = "example.com";
  s.password = "secret";
  s.display_name = "Test";
  s.local = "127.0.0.1:" + std::to_string(port);
  s.server = flow_to(peer);
  return s;
}

/// One agent in virtual time, its output collected as text and messages.
class Side {
 public:
  explicit Side(AgentSettings s) : agent{std::move(s), ids_} {}

  /// What was sent since the last call, oldest first.
  std::vector<std::string> sent() {
    std::vector<std::string> messages;
    for (const auto& transmit : out.wire.transmits) messages.push_back(*transmit.bytes);
    out.wire.transmits.clear();
    return messages;
  }
  std::string saw() const {
    std::string text;
    for (const Sighting& s : out.sightings) {
      if (!text.empty()) text.append(", ");
      text.append(to_string(s.what));
      if (s.status != 0) text.append(" ").append(std::to_string(s.status));
      if (!s.detail.empty()) text.append(" ").append(s.detail);
    }
    return text;
  }

 private:
  CountingIds ids_;

 public:
  Agent agent;
  Agent::Output out;
};

/// Two agents that talk to each other without a server between them.
class AgentPair : public testing::Test {
 protected:
  explicit AgentPair(Answering answering = Answering::answer)
      : alice{settings("alice", 5001, 5002)}, bob{bob_settings(answering)} {}

  static AgentSettings bob_settings(Answering answering) {
    auto s = settings("bob", 5002, 5001);
    s.answering = answering;
    return s;
  }

  void exchange() {
    for (bool busy = true; busy;) {
      auto from_alice = alice.sent();
      auto from_bob = bob.sent();
      busy = !from_alice.empty() || !from_bob.empty();
      for (auto& m : from_alice) bob.agent.on_message(std::move(m), flow_to(5001), now, bob.out);
      for (auto& m : from_bob) alice.agent.on_message(std::move(m), flow_to(5002), now, alice.out);
    }
  }
  void run(sip::Duration time) {
    const TimePoint end = now + time;
    exchange();
    for (;;) {
      TimePoint next = end;
      for (const Side* side : {&alice, &bob})
        if (const auto at = side->agent.next_deadline()) next = std::min(next, *at);
      now = std::max(now, next);
      alice.agent.on_deadline(now, alice.out);
      bob.agent.on_deadline(now, bob.out);
      exchange();
      if (next >= end) return;
    }
  }

  TimePoint now{1h};
  Side alice;
  Side bob;
};

class DecliningPair : public AgentPair {
 protected:
  DecliningPair() : AgentPair{Answering::decline} {}
};
class SilentPair : public AgentPair {
 protected:
  SilentPair() : AgentPair{Answering::silent} {}
};
class RingingPair : public AgentPair {
 protected:
  RingingPair() : AgentPair{Answering::ring} {}
};

TEST_F(AgentPair, RingsAnswersAndHangsUp) {
  const auto call_id = alice.agent.call("sip:bob@example.com", now, alice.out);
  run(600ms);
  EXPECT_EQ(alice.saw(), "ringing 180, answered 200");
  EXPECT_EQ(bob.saw(), "INVITE, ACK");
  alice.agent.hang_up(call_id, now, alice.out);
  run(100ms);
  EXPECT_EQ(alice.saw(), "ringing 180, answered 200, hung up 200");
  EXPECT_EQ(bob.saw(), "INVITE, ACK, BYE");
}

TEST_F(AgentPair, CalleeMayHangUpToo) {
  const auto call_id = alice.agent.call("sip:bob@example.com", now, alice.out);
  run(600ms);
  bob.agent.hang_up(call_id, now, bob.out);
  run(100ms);
  EXPECT_EQ(alice.saw(), "ringing 180, answered 200, BYE");
}

TEST_F(AgentPair, RepeatsItsAnswerUntilTheAckComes) {
  alice.agent.call("sip:bob@example.com", now, alice.out);
  for (auto& m : alice.sent()) bob.agent.on_message(std::move(m), flow_to(5001), now, bob.out);
  now += 500ms;
  bob.agent.on_deadline(now, bob.out);
  bob.sent();
  now += 500ms;
  bob.agent.on_deadline(now, bob.out);
  const auto repeated = bob.sent();
  ASSERT_EQ(repeated.size(), 1U);
  EXPECT_TRUE(repeated[0].starts_with("SIP/2.0 200"));
}

TEST_F(AgentPair, AcksARepeatedAnswerAgain) {
  alice.agent.call("sip:bob@example.com", now, alice.out);
  for (auto& m : alice.sent()) bob.agent.on_message(std::move(m), flow_to(5001), now, bob.out);
  now += 500ms;
  bob.agent.on_deadline(now, bob.out);
  const auto answers = bob.sent();
  for (int i = 0; i < 2; ++i) alice.agent.on_message(answers.back(), flow_to(5002), now, alice.out);
  const auto acks = alice.sent();
  ASSERT_EQ(acks.size(), 2U);
  EXPECT_TRUE(acks[0].starts_with("ACK "));
  EXPECT_EQ(acks[0], acks[1]);
  EXPECT_EQ(alice.saw(), "answered 200");
}

TEST_F(DecliningPair, CallerSeesTheBusyAnswer) {
  alice.agent.call("sip:bob@example.com", now, alice.out);
  run(100ms);
  EXPECT_EQ(alice.saw(), "refused 486");
}

TEST_F(SilentPair, CallerGivesUpWhenNothingIsHeard) {
  alice.agent.call("sip:bob@example.com", now, alice.out);
  run(33s);
  EXPECT_EQ(alice.saw(), "refused 408");
  EXPECT_EQ(bob.saw(), "INVITE");
}

TEST_F(RingingPair, CancelEndsTheRinging) {
  const auto call_id = alice.agent.call("sip:bob@example.com", now, alice.out);
  run(1s);
  alice.agent.cancel(call_id, now, alice.out);
  run(100ms);
  EXPECT_EQ(alice.saw(), "ringing 180, refused 487");
  EXPECT_EQ(bob.saw(), "INVITE, CANCEL");
}

TEST_F(RingingPair, CancelWaitsForTheFirstProvisionalResponse) {
  const auto call_id = alice.agent.call("sip:bob@example.com", now, alice.out);
  alice.agent.cancel(call_id, now, alice.out);
  const auto before = alice.sent();
  ASSERT_EQ(before.size(), 1U);
  EXPECT_TRUE(before[0].starts_with("INVITE "));
  bob.agent.on_message(before[0], flow_to(5001), now, bob.out);
  run(1s);
  EXPECT_EQ(bob.saw(), "INVITE, CANCEL");
}

class Alone : public testing::Test {
 protected:
  sip::Message request() {
    auto messages = side.sent();
    EXPECT_EQ(messages.size(), 1U);
    return std::move(*sip::Message::parse(messages.at(0)));
  }
  void receive(const std::string& bytes) {
    side.agent.on_message(bytes, flow_to(5060), now, side.out);
  }

  TimePoint now{1h};
  Side side{settings("alice", 5001, 5060)};
};

TEST_F(Alone, RegisterAnswersTheChallenge) {
  side.agent.register_contact(600s, now, side.out);
  const auto first = request();
  EXPECT_EQ(first.request_uri(), "sip:example.com");
  EXPECT_FALSE(first.has(HeaderName::authorization));
  receive(sip::Reply{first, 401}
              .to_tag("t")
              .header(HeaderName::www_authenticate,
                      R"(Digest realm="example.com", nonce="n1", algorithm=MD5, qop="auth")")
              .build());
  const auto second = request();
  EXPECT_NE(second.value(HeaderName::authorization).find("nonce=\"n1\""), std::string::npos);
  EXPECT_EQ(second.value(HeaderName::cseq), "2 REGISTER");
  EXPECT_EQ(second.value(HeaderName::call_id), first.value(HeaderName::call_id));
  receive(sip::Reply{second, 200}.to_tag("t").build());
  EXPECT_EQ(side.saw(), "registered 200");
}

TEST_F(Alone, PasswordIsNotGivenToAnotherRealm) {
  side.agent.register_contact(600s, now, side.out);
  const auto first = request();
  receive(sip::Reply{first, 401}
              .to_tag("t")
              .header(HeaderName::www_authenticate,
                      R"(Digest realm="evil.example", nonce="n1", algorithm=MD5, qop="auth")")
              .build());
  EXPECT_TRUE(side.sent().empty());
  EXPECT_EQ(side.saw(), "REGISTER refused 401");
}

TEST_F(Alone, SecondChallengeIsARefusal) {
  side.agent.register_contact(600s, now, side.out);
  for (int i = 0; i < 2; ++i)
    receive(sip::Reply{request(), 401}
                .to_tag("t")
                .header(HeaderName::www_authenticate,
                        R"(Digest realm="example.com", nonce="n", algorithm=MD5, qop="auth")")
                .build());
  EXPECT_EQ(side.saw(), "REGISTER refused 401");
}

TEST_F(Alone, RefreshKeepsCallIdAndCountsOn) {
  side.agent.register_contact(600s, now, side.out);
  const auto first = request();
  receive(sip::Reply{first, 200}.to_tag("t").build());
  side.agent.register_contact(600s, now, side.out);
  const auto second = request();
  EXPECT_EQ(second.value(HeaderName::call_id), first.value(HeaderName::call_id));
  EXPECT_EQ(second.value(HeaderName::cseq), "2 REGISTER");
}

TEST_F(Alone, CallAnswersAProxyChallengeInTheSameCall) {
  const auto call_id = side.agent.call("sip:bob@example.com", now, side.out);
  const auto first = request();
  receive(sip::Reply{first, 407}
              .to_tag("t")
              .header(HeaderName::proxy_authenticate,
                      R"(Digest realm="example.com", nonce="n2", algorithm=SHA-256, qop="auth")")
              .build());
  auto messages = side.sent();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_TRUE(messages[0].starts_with("ACK "));
  const auto second = *sip::Message::parse(messages[1]);
  EXPECT_EQ(second.value(HeaderName::call_id), call_id);
  EXPECT_TRUE(second.has(HeaderName::proxy_authorization));
  EXPECT_EQ(second.value(HeaderName::cseq), "2 INVITE");
}

TEST_F(Alone, RefusalTellsTheWarning) {
  side.agent.call("sip:bob@example.com", now, side.out);
  receive(sip::Reply{request(), 480}
              .to_tag("t")
              .header(HeaderName::warning, R"(399 sipwake "no device registered after push")")
              .build());
  EXPECT_EQ(side.saw(), R"(refused 480 399 sipwake "no device registered after push")");
}

TEST_F(Alone, GarbageIsDropped) {
  receive("nonsense");
  receive("INVITE sip:alice@example.com SIP/2.0\r\nVia: x\r\n");
  receive("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(side.sent().empty());
  EXPECT_TRUE(side.out.sightings.empty());
}

}  // namespace
}  // namespace app::demo
