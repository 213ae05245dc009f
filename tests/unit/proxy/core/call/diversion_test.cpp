#include "proxy/core/call/diversion.hpp"

#include <gtest/gtest.h>

#include <array>

namespace proxy::call {
namespace {

sip::Message invite(const std::string& headers) {
  auto message = sip::Message::parse(
      "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n" +
      headers + "Content-Length: 0\r\n\r\n");
  EXPECT_TRUE(message);
  return std::move(*message);
}

std::string with_diversions(const std::string& headers) {
  const auto message = invite(headers);
  sip::Rewrite edit{message};
  const std::array<std::string, 2> two{diversion("sip:bob@example.com", ForwardCause::busy),
                                       diversion("sip:c@example.com", ForwardCause::no_answer)};
  put_diversions(edit, message, two);
  return edit.build();
}

constexpr std::string_view both =
    "Diversion: <sip:c@example.com>;reason=no-answer;counter=1, "
    "<sip:bob@example.com>;reason=user-busy;counter=1";

TEST(Diversion, TheNewestIsOnTop) {
  EXPECT_NE(with_diversions("").find(std::string{both} + "\r\n"), std::string::npos);
}

TEST(Diversion, ThoseOfTheRequestComeBehindOurs) {
  const auto text = with_diversions("diversion: <sip:x@y>;reason=away\r\nDiversion: <sip:z@y>\r\n");
  EXPECT_NE(text.find(", <sip:x@y>;reason=away\r\nDiversion: <sip:z@y>\r\n"), std::string::npos);
}

TEST(Diversion, CountsWhatTheRequestSays) {
  EXPECT_EQ(diversions_of(invite("")), 0U);
  EXPECT_EQ(diversions_of(invite("Diversion: <sip:a@b>, <sip:c@d>;counter=3\r\n"
                                 "Diversion: \"a, b\" <sip:e@f>\r\n")),
            5U);
  EXPECT_EQ(diversions_of(invite("Diversion: <sip:a@b>;counter=0\r\n")), 1U);
}

TEST(Diversion, AnAbsurdCounterIsAHundred) {
  for (const auto* counter : {"101", "99999999999999999999", "-1", "x"})
    EXPECT_EQ(
        diversions_of(invite("Diversion: <sip:a@b>;counter=" + std::string{counter} + "\r\n")),
        100U)
        << counter;
}

TEST(ForwardTarget, WhoMustNotBeDisturbedIsBusy) {
  record::Forwarding wishes;
  wishes.always = "a";
  wishes.busy = "b";
  wishes.no_answer = "n";
  wishes.not_reachable = "r";
  EXPECT_EQ(target_for(ForwardCause::always, wishes), "a");
  EXPECT_EQ(target_for(ForwardCause::busy, wishes), "b");
  EXPECT_EQ(target_for(ForwardCause::do_not_disturb, wishes), "b");
  EXPECT_EQ(target_for(ForwardCause::no_answer, wishes), "n");
  EXPECT_EQ(target_for(ForwardCause::not_reachable, wishes), "r");
}

}  // namespace
}  // namespace proxy::call
