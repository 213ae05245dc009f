#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <string>

#include "sipstack/message/check.hpp"
#include "sipstack/message/contact.hpp"
#include "tests/torture/read_everything.hpp"
#include "tests/torture/samples.hpp"

namespace sip::torture {
namespace {

/// "sound", "drop", "400 Bad Via", "response kept", "unreadable bad line end".
std::string verdict(const std::string& wire) {
  const auto message = Message::parse(wire);
  if (!message) return "unreadable " + std::string{to_string(message.error().code)};
  if (!message->is_request())
    return check_response(*message) ? "response kept" : "response dropped";
  const auto fault = check_request(*message);
  if (fault.status == 0) return "sound";
  return fault.status < 0 ? "drop" : std::to_string(fault.status) + " " + fault.reason;
}

class TortureTest : public testing::TestWithParam<std::string> {
 protected:
  Sample sample_{read_sample(GetParam())};
};

TEST_P(TortureTest, GetsItsVerdict) { EXPECT_EQ(verdict(sample_.wire), sample_.verdict); }

TEST_P(TortureTest, IsReadInEveryWay) { EXPECT_EQ(read_everything(sample_.wire), ""); }

INSTANTIATE_TEST_SUITE_P(Own, TortureTest, testing::ValuesIn(sample_names()),
                         [](const auto& sample) { return sample.param; });

class OriginalTortureTest : public testing::Test {
 protected:
  void SetUp() override {
    if (originals_.empty())
      GTEST_SKIP() << "no manifest.json in rfc4475 or rfc5118 under " << originals()
                   << " (set SIP_TORTURE_DIR); only our own messages were tried";
  }
  std::vector<Original> originals_{read_originals()};
};

/// Refused later, by the one whose header it is.
const std::set<std::string> left_to_the_registrar{"regbadct.dat"};

bool is_refused(const Original& original) {
  if (!left_to_the_registrar.contains(original.name)) return verdict(original.wire) != "sound";
  const auto message = Message::parse(original.wire);
  return message && !ContactView::parse(message->value(HeaderName::contact));
}

TEST_F(OriginalTortureTest, ValidOnesAreSound) {
  for (const auto& original : originals_) {
    // A wrong Require or Authorization is for those who read them.
    if (original.kind == "valid" || original.kind == "420" || original.kind == "401") {
      EXPECT_EQ(verdict(original.wire), "sound") << original.name;
    }
  }
}

TEST_F(OriginalTortureTest, InvalidOnesAreRefusedOrDropped) {
  for (const auto& original : originals_) {
    if (original.kind != "reject") continue;
    EXPECT_TRUE(is_refused(original)) << original.name << ": " << verdict(original.wire);
  }
}

TEST_F(OriginalTortureTest, SomeHaveAStatusOfTheirOwn) {
  for (const auto& original : originals_) {
    if (original.kind != "505" && original.kind != "416") continue;
    EXPECT_TRUE(verdict(original.wire).starts_with(original.kind)) << original.name;
  }
}

TEST_F(OriginalTortureTest, ResponsesAreNotTakenForRequests) {
  for (const auto& original : originals_) {
    if (original.kind != "response") continue;
    const auto found = verdict(original.wire);
    EXPECT_TRUE(found.starts_with("response") || found.starts_with("unreadable")) << original.name;
  }
}

TEST_F(OriginalTortureTest, AllAreReadInEveryWay) {
  for (const auto& original : originals_) {
    EXPECT_EQ(read_everything(original.wire), "") << original.name;
    EXPECT_EQ(read_stream(original.wire, 7), "") << original.name;
    if (original.kind == "lenient" || original.kind == "unreferenced")
      std::cout << "  " << original.name << ": " << verdict(original.wire) << '\n';
  }
}

}  // namespace
}  // namespace sip::torture
