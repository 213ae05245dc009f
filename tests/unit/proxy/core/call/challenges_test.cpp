#include "proxy/core/call/challenges.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace proxy::call {
namespace {

std::string response(const std::string& status, const std::string& extra) {
  return "SIP/2.0 " + status + " x\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" + extra +
         "Content-Length: 0\r\n\r\n";
}
const std::string one = "WWW-Authenticate: Digest realm=\"one\", nonce=\"1\"\r\n";
const std::string two = "Proxy-Authenticate: Digest realm=\"two\", nonce=\"2\"\r\n";

std::string merged(const std::string& best, std::vector<std::string> others) {
  return with_all_challenges(best, others);
}

TEST(Challenges, OfAllBranchesComeTogether) {
  const auto text = merged(response("401", one), {response("407", two)});
  EXPECT_NE(text.find(one), std::string::npos);
  EXPECT_NE(text.find(two), std::string::npos);
}
TEST(Challenges, ThatAreEqualComeOnce) {
  const auto best = response("401", one);
  EXPECT_EQ(merged(best, {best}), best);
}
TEST(Challenges, OfOtherResponsesDoNotCount) {
  EXPECT_EQ(merged(response("401", one), {response("403", two)}), response("401", one));
  EXPECT_EQ(merged(response("486", ""), {response("401", one)}), response("486", ""));
}

}  // namespace
}  // namespace proxy::call
