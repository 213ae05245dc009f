#include "proxy/core/admission/gate.hpp"

#include <gtest/gtest.h>

#include <map>

namespace proxy::admission {
namespace {

using namespace std::chrono_literals;
using sip::auth::Algorithm;

class Users final : public UserLookup {
 public:
  void add(const std::string& name, const std::string& password) {
    record::User user;
    user.aor = name + "@example.com";
    user.ha1_md5 = sip::auth::ha1(Algorithm::md5, name, "example.com", password);
    user.ha1_sha256 = sip::auth::ha1(Algorithm::sha256, name, "example.com", password);
    user.ha1_sha512_256 = sip::auth::ha1(Algorithm::sha512_256, name, "example.com", password);
    by_aor_[user.aor] = user;
  }
  record::User& at(const std::string& aor) { return by_aor_.at(aor); }
  const record::User* find(std::string_view aor) const override {
    const auto found = by_aor_.find(std::string{aor});
    return found == by_aor_.end() ? nullptr : &found->second;
  }

  const record::User* some(std::uint64_t number) const override {
    if (by_aor_.empty()) return nullptr;
    return &std::next(by_aor_.begin(), static_cast<std::ptrdiff_t>(number % by_aor_.size()))
                ->second;
  }

 private:
  std::map<std::string, record::User> by_aor_;
};

class Counting final : public sip::IdSource {
 public:
  std::uint64_t next() override { return ++last_; }

 private:
  std::uint64_t last_{0};
};

class GateTest : public ::testing::Test {
 protected:
  GateTest() : gate_{std::string(32, 'k'), {sip::TimePoint{0s}, sip::WallTime{2000s}}, 10min} {
    settings_.domains = {"example.com"};
    settings_.aliases = {"192.0.2.1"};
    users_.add("alice", "secret");
    users_.add("bob", "hidden");
  }
  Verdict ask(const std::string& method, const std::string& from, const std::string& extra = {},
              const std::string& to = "<sip:bob@example.com>") {
    auto message = sip::Message::parse(
        method +
        " sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: " + from +
        ";tag=1\r\nTo: " + to + "\r\nCall-ID: c\r\nCSeq: 1 " + method + "\r\n" + extra + "\r\n");
    EXPECT_TRUE(message.has_value());
    return gate_.check(*message, flow_, settings_, users_, now_, ids_);
  }
  /// Answers the challenge at `index` and asks again.
  Verdict answer(const Verdict& challenged, std::size_t index, const std::string& user,
                 const std::string& password, const std::string& from,
                 const std::string& method = "INVITE") {
    const auto value = sip::auth::answer(challenged.challenges.at(index), user, password, method,
                                         "sip:bob@example.com", "cn", ++nc_);
    return ask(method, from, "Proxy-Authorization: " + value + "\r\n");
  }

  Settings settings_;
  Users users_;
  Counting ids_;
  Gate gate_;
  sip::Flow flow_{*sip::parse_flow("udp:0:198.51.100.9:5060")};
  sip::Instant now_{sip::TimePoint{0s}, sip::WallTime{2000s}};
  std::uint32_t nc_{0};
};

TEST_F(GateTest, ChallengesStrongestFirst) {
  const auto v = ask("INVITE", "<sip:alice@example.com>");
  ASSERT_EQ(v.kind, Verdict::Kind::challenge);
  ASSERT_EQ(v.challenges.size(), 2U);
  EXPECT_NE(v.challenges[0].find("SHA-256"), std::string::npos);
  EXPECT_NE(v.challenges[1].find("MD5"), std::string::npos);
}
TEST_F(GateTest, LetsTheRightPasswordInByEitherAlgorithm) {
  for (const std::size_t index : {0U, 1U}) {
    const auto v = answer(ask("INVITE", "<sip:alice@example.com>"), index, "alice", "secret",
                          "<sip:alice@example.com>");
    EXPECT_EQ(v.kind, Verdict::Kind::user);
    EXPECT_EQ(v.aor, "alice@example.com");
  }
}
TEST_F(GateTest, OffersWhatIsConfiguredStrongestFirstWhateverItsOrder) {
  settings_.auth.algorithms = {"MD5", "SHA-256", "SHA-512-256"};
  const auto v = ask("INVITE", "<sip:alice@example.com>");
  ASSERT_EQ(v.challenges.size(), 3U);
  EXPECT_NE(v.challenges[0].find("algorithm=SHA-512-256"), std::string::npos);
  EXPECT_NE(v.challenges[1].find("algorithm=SHA-256"), std::string::npos);
  EXPECT_NE(v.challenges[2].find("algorithm=MD5"), std::string::npos);
  EXPECT_EQ(answer(v, 0, "alice", "secret", "<sip:alice@example.com>").aor, "alice@example.com");
  EXPECT_EQ(answer(v, 0, "alice", "guess", "<sip:alice@example.com>").kind,
            Verdict::Kind::challenge);
}
TEST_F(GateTest, RefusesAnAlgorithmThatIsNotOffered) {
  const auto v = ask("INVITE", "<sip:alice@example.com>");
  settings_.auth.algorithms = {"SHA-256"};
  EXPECT_EQ(answer(v, 1, "alice", "secret", "<sip:alice@example.com>").kind,
            Verdict::Kind::challenge);
}
TEST_F(GateTest, AsksAUserOfAnOlderVersionForWhatItHas) {
  settings_.auth.algorithms = {"SHA-512-256", "SHA-256", "MD5"};
  users_.at("alice@example.com").ha1_sha512_256.clear();
  const auto v = ask("INVITE", "<sip:alice@example.com>");
  ASSERT_EQ(v.challenges.size(), 2U);
  EXPECT_EQ(answer(v, 0, "alice", "secret", "<sip:alice@example.com>").aor, "alice@example.com");
}
TEST_F(GateTest, AsksAnUnknownUserAsSomeUserIsAsked) {
  for (const auto* aor : {"alice@example.com", "bob@example.com"})
    users_.at(aor).ha1_sha256.clear();
  const auto v = ask("INVITE", "<sip:nobody@example.com>");
  ASSERT_EQ(v.challenges.size(), 1U);
  EXPECT_NE(v.challenges[0].find("MD5"), std::string::npos);
}
TEST_F(GateTest, AsksTheSameUnknownUserAlwaysAlike) {
  users_.at("alice@example.com").ha1_sha256.clear();
  for (const std::string name : {"anna", "zoe", "carl", "dora", "emil"}) {
    const auto from = "<sip:" + name + "@example.com>";
    EXPECT_EQ(ask("INVITE", from).challenges.size(), ask("INVITE", from).challenges.size());
  }
}
TEST_F(GateTest, ChallengesAuthIntAgain) {
  const auto challenged = ask("INVITE", "<sip:alice@example.com>");
  auto value = sip::auth::answer(challenged.challenges[0], "alice", "secret", "INVITE",
                                 "sip:bob@example.com", "cn", 1);
  value.replace(value.find("qop=auth"), 8, "qop=auth-int");
  const auto v = ask("INVITE", "<sip:alice@example.com>", "Proxy-Authorization: " + value + "\r\n");
  EXPECT_EQ(v.kind, Verdict::Kind::challenge);
}
TEST_F(GateTest, TakesItsOwnAddressForTheFirstDomain) {
  const auto v =
      answer(ask("INVITE", "<sip:alice@192.0.2.1>"), 0, "alice", "secret", "<sip:alice@192.0.2.1>");
  EXPECT_EQ(v.aor, "alice@example.com");
}
TEST_F(GateTest, ChallengesAWrongPasswordAndAnUnknownUserAlike) {
  const auto wrong = answer(ask("INVITE", "<sip:alice@example.com>"), 0, "alice", "guess",
                            "<sip:alice@example.com>");
  const auto unknown = answer(ask("INVITE", "<sip:nobody@example.com>"), 0, "nobody", "guess",
                              "<sip:nobody@example.com>");
  EXPECT_EQ(wrong.kind, Verdict::Kind::challenge);
  EXPECT_EQ(unknown.kind, Verdict::Kind::challenge);
  EXPECT_EQ(wrong.challenges.size(), unknown.challenges.size());
}
TEST_F(GateTest, RefusesAFromThatIsNotTheAuthenticatedUser) {
  const auto v = answer(ask("INVITE", "<sip:alice@example.com>"), 0, "alice", "secret",
                        "<sip:bob@example.com>");
  EXPECT_EQ(v.kind, Verdict::Kind::refused);
  EXPECT_EQ(v.status, 403);
}
TEST_F(GateTest, RefusesAReplayedNonceCount) {
  const auto challenged = ask("INVITE", "<sip:alice@example.com>");
  EXPECT_EQ(answer(challenged, 0, "alice", "secret", "<sip:alice@example.com>").kind,
            Verdict::Kind::user);
  --nc_;
  const auto replay = answer(challenged, 0, "alice", "secret", "<sip:alice@example.com>");
  ASSERT_EQ(replay.kind, Verdict::Kind::challenge);
  EXPECT_NE(replay.challenges[0].find("stale=true"), std::string::npos);
}
TEST_F(GateTest, CallsAnExpiredNonceStale) {
  const auto challenged = ask("INVITE", "<sip:alice@example.com>");
  now_.mono += 11min;
  const auto v = answer(challenged, 0, "alice", "secret", "<sip:alice@example.com>");
  ASSERT_EQ(v.kind, Verdict::Kind::challenge);
  EXPECT_NE(v.challenges[0].find("stale=true"), std::string::npos);
}
TEST_F(GateTest, RefusesADigestOverAnotherUri) {
  const auto challenged = ask("INVITE", "<sip:alice@example.com>");
  const auto value = sip::auth::answer(challenged.challenges[0], "alice", "secret", "INVITE",
                                       "sip:eve@example.com", "cn", 1);
  const auto v = ask("INVITE", "<sip:alice@example.com>", "Proxy-Authorization: " + value + "\r\n");
  EXPECT_EQ(v.kind, Verdict::Kind::refused);
  EXPECT_EQ(v.status, 400);
}
TEST_F(GateTest, TakesADigestOverTheServerItself) {
  const auto challenged = ask("INVITE", "<sip:alice@example.com>");
  const auto value = sip::auth::answer(challenged.challenges[0], "alice", "secret", "INVITE",
                                       "sip:192.0.2.1:5060", "cn", 1);
  const auto v = ask("INVITE", "<sip:alice@example.com>", "Proxy-Authorization: " + value + "\r\n");
  EXPECT_EQ(v.kind, Verdict::Kind::user);
}
TEST_F(GateTest, RefusesTwoCredentialsForOneRealm) {
  const auto challenged = ask("INVITE", "<sip:alice@example.com>");
  std::string extra;
  for (const std::uint32_t nc : {1U, 2U})
    extra += "Proxy-Authorization: " +
             sip::auth::answer(challenged.challenges[0], "alice", "secret", "INVITE",
                               "sip:bob@example.com", "cn", nc) +
             "\r\n";
  EXPECT_EQ(ask("INVITE", "<sip:alice@example.com>", extra).status, 400);
}
TEST_F(GateTest, LetsTrustedPeersInButNotToRegister) {
  settings_.auth.trusted = {{*sip::AddressBlock::parse("198.51.100.0/24"), std::nullopt}};
  EXPECT_EQ(ask("INVITE", "<sip:anybody@elsewhere.example>").kind, Verdict::Kind::trusted);
  EXPECT_EQ(ask("REGISTER", "<sip:bob@example.com>").kind, Verdict::Kind::challenge);
}
TEST_F(GateTest, TrustsAPeerOnItsTransportOnly) {
  settings_.auth.trusted = {{*sip::AddressBlock::parse("198.51.100.9"), sip::Transport::tcp}};
  EXPECT_EQ(ask("INVITE", "<sip:x@y.example>").kind, Verdict::Kind::challenge);
  flow_.transport = sip::Transport::tcp;
  EXPECT_EQ(ask("INVITE", "<sip:x@y.example>").kind, Verdict::Kind::trusted);
}
TEST_F(GateTest, AsksAUserWithOneKindOfHa1ForThatKind) {
  users_.at("alice@example.com").ha1_sha256.clear();
  const auto v = ask("INVITE", "<sip:alice@example.com>");
  ASSERT_EQ(v.challenges.size(), 1U);
  EXPECT_NE(v.challenges[0].find("MD5"), std::string::npos);
}
TEST_F(GateTest, LetsAUserInWhateverTheWallClockDoes) {
  for (const auto jump : {-1h, 2h}) {
    now_.wall += jump;
    const auto v = ask("INVITE", "<sip:alice@example.com>");
    now_.wall += jump;
    now_.mono += 1s;
    EXPECT_EQ(answer(v, 0, "alice", "secret", "<sip:alice@example.com>").kind, Verdict::Kind::user);
  }
}

}  // namespace
}  // namespace proxy::admission
