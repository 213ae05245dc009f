#include "proxy/core/record/timeline.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <utility>

namespace proxy::record {
namespace {

using std::chrono::milliseconds;

sip::WallTime wall(std::int64_t ms) { return sip::WallTime{milliseconds{ms}}; }

Timeline some_timeline() {
  return {{wall(1'700'000'000'000), Step::invite, 0, "INVITE sip:bob@example.com"},
          {wall(1'700'000'000'004), Step::push_asked, 7, ""},
          {wall(1'700'000'002'104), Step::late_done, 7, std::string("487 \0 \xff\"", 8)}};
}

TEST(Timeline, ComesBackFromItsBlobUnchanged) {
  EXPECT_EQ(decode(encode(some_timeline())), some_timeline());
}

TEST(Timeline, EmptyComesBackEmpty) { EXPECT_EQ(decode(encode({})), Timeline{}); }

TEST(Timeline, KeepsTheByteLayoutThatIsOnDisk) {
  const Timeline timeline{{wall(300), Step::held, 1, "a"}, {wall(301), Step::gone, 0, ""}};
  EXPECT_EQ(encode(timeline), std::string("\x01\xac\x02\x01\x01\x01"
                                          "a\x01\x1b\x00\x00",
                                          11));
}

TEST(Timeline, SurvivesAClockThatIsSetBack) {
  const Timeline timeline{{wall(5'000), Step::invite, 0, ""}, {wall(2'000), Step::ended, 0, ""}};
  EXPECT_EQ(decode(encode(timeline)), timeline);
}

TEST(Timeline, KeepsExtremeTimesAndDevices) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const Timeline timeline{{wall(-1), Step::invite, most, ""}, {wall(most), Step::ended, -1, ""}};
  EXPECT_EQ(decode(encode(timeline)), timeline);
}

TEST(Timeline, RefusesEveryBlobThatIsCutShort) {
  const auto whole = encode(some_timeline());
  std::size_t accepted = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto read = decode(std::string_view(whole).substr(0, length));
    if (read) accepted += 1;  // a cut between two entries is a shorter timeline
  }
  EXPECT_EQ(accepted, some_timeline().size());
}

TEST(Timeline, RefusesAnUnknownVersion) { EXPECT_FALSE(decode("\x02")); }

TEST(Timeline, RefusesAnUnknownStep) {
  const auto after_last = static_cast<char>(static_cast<int>(Step::not_forwarded) + 1);
  EXPECT_FALSE(decode(std::string("\x01\x00", 2) + after_last + std::string("\x00\x00", 2)));
}

TEST(Timeline, RefusesALengthBeyondTheBlob) {
  EXPECT_FALSE(
      decode(std::string("\x01\x00\x00\x00\x02"
                         "a",
                         6)));
  EXPECT_FALSE(
      decode(std::string("\x01\x00\x00\x00", 4) + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
}

TEST(Timeline, RefusesAVarintOfMoreThan64Bits) {
  const std::string ten_bytes = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";
  const std::string eleven_bytes = "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01";
  const std::string rest("\x00\x00\x00", 3);
  EXPECT_FALSE(decode("\x01" + ten_bytes + rest));
  EXPECT_FALSE(decode("\x01" + eleven_bytes + rest));
}

TEST(Timeline, TakesAnyBytesWithoutHarm) {
  std::mt19937 random(4475);  // a fixed seed: each run sees the same blobs
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string blob = encode(some_timeline());
    for (int damage = 0; damage < 3; ++damage)
      blob[1 + random() % (blob.size() - 1)] = static_cast<char>(random());
    if (const auto read = decode(blob)) {
      accepted += 1;
      EXPECT_EQ(decode(encode(*read)), read);
    }
  }
  EXPECT_GT(accepted, 0U);
  EXPECT_LT(accepted, 20'000U);
}

TEST(Timeline, NamesStepsAsTheApiShowsThem) {
  const std::pair<Step, std::string_view> names[] = {
      {Step::invite, "invite"},
      {Step::held, "held"},
      {Step::push_asked, "push_asked"},
      {Step::push_accepted, "push_accepted"},
      {Step::push_refused, "push_refused"},
      {Step::push_failed, "push_failed"},
      {Step::push_not_durable, "push_not_durable"},
      {Step::push_dropped, "push_dropped"},
      {Step::registered, "registered"},
      {Step::keep_alive, "keep_alive"},
      {Step::branch, "branch"},
      {Step::branch_failed, "branch_failed"},
      {Step::superseded, "superseded"},
      {Step::provisional, "provisional"},
      {Step::answered, "answered"},
      {Step::declined, "declined"},
      {Step::failed, "failed"},
      {Step::cancelled, "cancelled"},
      {Step::branch_cancelled, "branch_cancelled"},
      {Step::replied, "replied"},
      {Step::ended, "ended"},
      {Step::late_invite, "late_invite"},
      {Step::late_response, "late_response"},
      {Step::late_cancel, "late_cancel"},
      {Step::late_done, "late_done"},
      {Step::late_failed, "late_failed"},
      {Step::restarted, "restarted"},
      {Step::gone, "gone"},
      {Step::unregistered, "unregistered"},
      {Step::coalesced, "coalesced"},
      {Step::passed_over, "passed_over"},
      {Step::missed_notice_sent, "missed_notice_sent"},
      {Step::missed_notice_failed, "missed_notice_failed"},
      {Step::push_withheld, "push_withheld"},
      {Step::forwarded, "forwarded"},
      {Step::not_forwarded, "not_forwarded"},
  };
  for (const auto& [step, name] : names) EXPECT_EQ(to_string(step), name);
}

}  // namespace
}  // namespace proxy::record
