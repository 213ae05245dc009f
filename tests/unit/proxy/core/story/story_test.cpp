#include "proxy/core/story/story.hpp"

#include <gtest/gtest.h>

namespace proxy::story {
namespace {

using namespace std::chrono_literals;
using record::Step;

constexpr sip::WallTime start{1'700'000'000'000ms};

std::string name_of(std::int64_t device) {
  return device == 1 ? "iPhone of Anna" : "desk phone of Anna";
}
record::Entry entry(sip::Duration at, Step what, std::int64_t device = 0, std::string detail = {}) {
  return {start + at, what, device, std::move(detail)};
}
record::Call call() {
  record::Call c;
  c.started_at = start;
  return c;
}

TEST(Verdict, TellsALateCallAnsweredElsewhere) {
  record::Call c = call();
  c.answered_at = start + 3s;
  c.end_reason = "answered";
  EXPECT_EQ(verdict(c,
                    {entry(0ms, Step::invite), entry(10ms, Step::push_asked, 1),
                     entry(3s, Step::answered, 2), entry(6s, Step::registered, 1),
                     entry(6s, Step::late_invite, 1), entry(6300ms, Step::late_done, 1)},
                    name_of),
            "iPhone of Anna woke in 6.0 s; answered by desk phone of Anna after 3.0 s; screen of "
            "iPhone of Anna closed 0.3 s after it woke.");
}
TEST(Verdict, TellsAPhoneThatNeverWoke) {
  record::Call c = call();
  c.ended_at = start + 30s;
  c.end_reason = "not woken";
  EXPECT_EQ(
      verdict(
          c, {entry(0ms, Step::invite), entry(5ms, Step::push_asked, 1), entry(60s, Step::gone, 1)},
          name_of),
      "iPhone of Anna never woke; nobody woke up within 30.0 s.");
}
TEST(Verdict, TellsWhatThePushServiceSaid) {
  record::Call c = call();
  c.ended_at = start + 1s;
  c.end_reason = "not woken";
  EXPECT_EQ(
      verdict(c, {entry(5ms, Step::push_asked, 1), entry(9ms, Step::push_refused, 1, "410 Gone")},
              name_of),
      "iPhone of Anna could not be woken (410 Gone); nobody woke up within 1.0 s.");
}
TEST(Verdict, TellsAPlainAnswerAndAMissedCall) {
  record::Call c = call();
  c.answered_at = start + 2s;
  EXPECT_EQ(verdict(c, {entry(2s, Step::answered, 2)}, name_of),
            "Answered by desk phone of Anna after 2.0 s.");
  c = call();
  c.ended_at = start + 4s;
  c.end_reason = "cancelled";
  EXPECT_EQ(verdict(c, {}, name_of), "The caller gave up after 4.0 s.");
}
TEST(Verdict, TellsWhoWasToldOfTheMissedCall) {
  record::Call c = call();
  c.ended_at = start + 30s;
  c.end_reason = "not woken";
  record::Timeline timeline{entry(0ms, Step::push_asked, 1), entry(45s, Step::gone, 1)};
  const std::string missed = "iPhone of Anna never woke; nobody woke up within 30.0 s; ";
  timeline.push_back(entry(46s, Step::missed_notice_sent, 1, "push"));
  EXPECT_EQ(verdict(c, timeline, name_of),
            missed + "iPhone of Anna was told of the missed call by push.");
  timeline.back() = entry(46s, Step::missed_notice_failed, 1, "405 Not Allowed");
  EXPECT_EQ(verdict(c, timeline, name_of),
            missed + "iPhone of Anna could not be told of the missed call (405 Not Allowed).");
}
TEST(Ladder, DrawsTheNoticeOfAMissedCall) {
  const std::string text =
      ladder(call(), {entry(46s, Step::missed_notice_sent, 1, "message")}, name_of);
  EXPECT_NE(text.find("──missed call by message"), std::string::npos);
}
TEST(Verdict, TellsASecondPush) {
  record::Call c = call();
  c.ended_at = start + 30s;
  c.end_reason = "not woken";
  record::Timeline timeline{entry(0ms, Step::push_asked, 1), entry(1s, Step::push_accepted, 1),
                            entry(10s, Step::push_asked, 1, "attempt 2"),
                            entry(11s, Step::push_refused, 1, "410 Gone")};
  EXPECT_EQ(
      verdict(c, timeline, name_of),
      "iPhone of Anna has not woken yet despite a second push; nobody woke up within 30.0 s.");
  timeline.push_back(entry(35s, Step::registered, 1));
  EXPECT_EQ(verdict(c, timeline, name_of),
            "iPhone of Anna woke in 35.0 s, after a second push; nobody woke up within 30.0 s.");
}
TEST(Verdict, TellsAFirstPushThatFailedOnlyWhenTheSecondDidToo) {
  record::Call c = call();
  c.ended_at = start + 30s;
  c.end_reason = "not woken";
  record::Timeline timeline{entry(0ms, Step::push_asked, 1),
                            entry(1s, Step::push_failed, 1, "connection refused"),
                            entry(10s, Step::push_asked, 1, "attempt 2")};
  EXPECT_EQ(
      verdict(c, timeline, name_of),
      "iPhone of Anna could not be woken (connection refused); nobody woke up within 30.0 s.");
  timeline.push_back(entry(11s, Step::push_accepted, 1));
  timeline.push_back(entry(12s, Step::registered, 1));
  EXPECT_EQ(verdict(c, timeline, name_of),
            "iPhone of Anna woke in 12.0 s, after a second push; nobody woke up within 30.0 s.");
}
TEST(Verdict, DoesNotCreditASecondPushThatCameTooLate) {
  record::Call c = call();
  c.answered_at = start + 9s;
  EXPECT_EQ(verdict(c,
                    {entry(0ms, Step::push_asked, 1), entry(8s, Step::registered, 1),
                     entry(9s, Step::answered, 1), entry(10s, Step::push_asked, 1, "attempt 2")},
                    name_of),
            "iPhone of Anna woke in 8.0 s; answered by iPhone of Anna after 9.0 s.");
}
TEST(DeviceName, KnowsPhonesByTheirUserAgentOrProvider) {
  record::Device d;
  EXPECT_EQ(device_name(d, "bob"), "desk phone of bob");
  d.push = {"webhook", "", "t"};
  EXPECT_EQ(device_name(d, "bob"), "mobile of bob");
  d.user_agent = "LinphoneiOS/5.2";
  EXPECT_EQ(device_name(d, "bob"), "iPhone of bob");
  d.user_agent = "LinphoneAndroid/5.2";
  EXPECT_EQ(device_name(d, "bob"), "Android phone of bob");
}
TEST(Ladder, DrawsWhoSaidWhatToWhom) {
  const std::string text = ladder(
      call(), {entry(0ms, Step::invite), entry(1500ms, Step::registered, 1), entry(2s, Step::held)},
      name_of);
  EXPECT_NE(text.find("  0.000  ──INVITE"), std::string::npos);
  EXPECT_NE(text.find("◀──REGISTER"), std::string::npos);
  EXPECT_NE(text.find("iPhone of Anna\n"), std::string::npos);
  EXPECT_NE(text.find("● held\n"), std::string::npos);
}
TEST(Ladder, EscapesWhatCameFromTheWire) {
  const std::string text =
      ladder(call(), {entry(0ms, Step::failed, 1, "486 \x1b[31m\r\n\xff")}, name_of);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\x1b[31m\\x0d\\x0a\\xff"), std::string::npos);
}
TEST(Printable, KeepsUtf8AndEscapesTheRest) {
  EXPECT_EQ(printable("Jörg"), "Jörg");
  EXPECT_EQ(printable("a\tb\x7f"), "a\\x09b\\x7f");
  EXPECT_EQ(printable("\xc3"), "\\xc3");
}

}  // namespace
}  // namespace proxy::story
