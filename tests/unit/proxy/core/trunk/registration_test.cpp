#include "proxy/core/trunk/registration.hpp"

#include <gtest/gtest.h>

namespace proxy::trunk {
namespace {

using namespace std::chrono_literals;
using State = Registration::State;

constexpr const char* challenge =
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"\r\n";

class AtProvider : public ::testing::Test {
 protected:
  AtProvider() {
    trunk_.name = "provider";
    trunk_.targets = "sip.example.net";
    trunk_.username = "me";
    trunk_.password = "secret";
    trunk_.expires = 600;
  }
  std::string send() {
    return registration_.request(
        trunk_, {"SIP/2.0/UDP h;branch=z9hG4bKx", "<sip:me@192.0.2.1:5060>", "id", "t", "c"});
  }
  void answer(const std::string& status, const std::string& headers = {}) {
    const auto message = sip::Message::parse("SIP/2.0 " + status +
                                             "\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: "
                                             "<sip:me@x>;tag=t\r\nTo: <sip:me@x>;tag=u\r\nCall-ID: "
                                             "id\r\nCSeq: 1 REGISTER\r\n" +
                                             headers + "Content-Length: 0\r\n\r\n");
    ASSERT_TRUE(message);
    registration_.on_response(*message, now_);
  }
  sip::Duration due_in() { return *registration_.due() - now_; }

  record::Trunk trunk_;
  sip::TimePoint now_{1'000'000ms};
  Registration registration_{now_, 0};
};

TEST_F(AtProvider, AsksWithoutCredentialsAndThenWith) {
  EXPECT_EQ(send().find("Authorization"), std::string::npos);
  EXPECT_FALSE(registration_.due());
  answer("401 Unauthorized", challenge);
  EXPECT_EQ(due_in(), 0ms);
  const auto second = send();
  EXPECT_NE(second.find("\r\nAuthorization: Digest username=\"me\""), std::string::npos);
  EXPECT_NE(second.find("CSeq: 2 REGISTER"), std::string::npos);
  answer("200 OK", "Contact: <sip:me@192.0.2.1:5060>;expires=600\r\n");
  EXPECT_EQ(registration_.state(), State::registered);
}

TEST_F(AtProvider, RefreshesBeforeTheEndThatTheProviderSets) {
  send();
  answer("200 OK", "Contact: <sip:other@x>;expires=9, <sip:me@192.0.2.1:5060>;expires=600\r\n");
  EXPECT_EQ(due_in(), 540s);
  EXPECT_EQ(*registration_.until() - now_, 600s);
  send();
  answer("200 OK", "Expires: 60\r\n");
  EXPECT_EQ(due_in(), 30s);
}

TEST_F(AtProvider, AWrongPasswordIsNotTriedAtOnceAgain) {
  send();
  answer("401 Unauthorized", challenge);
  send();
  answer("401 Unauthorized", challenge);
  EXPECT_EQ(registration_.state(), State::failed);
  EXPECT_EQ(registration_.trouble(), "401 wrong username or password");
  EXPECT_EQ(due_in(), 2s);
}

TEST_F(AtProvider, WaitsEverLongerWhileItFails) {
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 10; ++i) {
    send();
    registration_.on_lost("no answer", now_);
    pauses.push_back(due_in() / 1s);
  }
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{2, 4, 8, 16, 32, 64, 128, 256, 300, 300}));
}

TEST_F(AtProvider, IsRegisteredUntilItsEndThoughARefreshFails) {
  send();
  answer("200 OK", "Expires: 600\r\n");
  now_ += 540s;
  send();
  registration_.on_lost("no answer", now_);
  EXPECT_EQ(registration_.state(), State::registered);
  EXPECT_EQ(registration_.trouble(), "no answer");
  now_ += 61s;
  send();
  registration_.on_lost("no answer", now_);
  EXPECT_EQ(registration_.state(), State::failed);
  send();
  answer("200 OK", "Expires: 600\r\n");
  EXPECT_EQ(registration_.state(), State::registered);
  EXPECT_EQ(registration_.trouble(), "");
}

TEST_F(AtProvider, ATimeTooShortForTheProviderIsMadeLonger) {
  send();
  answer("423 Interval Too Brief", "Min-Expires: 1800\r\n");
  EXPECT_EQ(due_in(), 0ms);
  EXPECT_NE(send().find("Expires: 1800\r\n"), std::string::npos);
}

TEST_F(AtProvider, AnAbsurdMinExpiresIsNoReasonToAskForEver) {
  send();
  answer("423 Interval Too Brief", "Min-Expires: 99999999999\r\n");
  EXPECT_EQ(registration_.state(), State::failed);
  EXPECT_EQ(due_in(), 2s);
}

TEST_F(AtProvider, ARegistrarThatKeepsNothingHasFailed) {
  send();
  answer("200 OK", "Expires: 0\r\n");
  EXPECT_EQ(registration_.state(), State::failed);
}

}  // namespace
}  // namespace proxy::trunk
