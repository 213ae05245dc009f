#include "proxy/core/routing/cookie.hpp"

#include <gtest/gtest.h>

namespace proxy::routing {
namespace {

const std::string key(32, 'k');

sip::Flow flow(std::string_view text) {
  const auto parsed = sip::parse_flow(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(sip::Flow{});
}

Cookie sample() {
  return {{flow("udp:0:192.0.2.1:5060"), 0, true},
          {flow("tcp:3:[2001:db8::7]:40000#1722"), 42, false}};
}

TEST(Cookie, ComesBackAsItWasMade) {
  const std::string text = encode(sample(), key, "call-1", "tag-a");
  EXPECT_EQ(decode(text, key, "call-1", "tag-a"), sample());
}
TEST(Cookie, IsGoodForItsCallIdAndTagOnly) {
  const std::string text = encode(sample(), key, "call-1", "tag-a");
  EXPECT_FALSE(decode(text, key, "call-2", "tag-a"));
  EXPECT_FALSE(decode(text, key, "call-1", "tag-b"));
  EXPECT_FALSE(decode(text, key, "call-1t", "ag-a"));
  EXPECT_FALSE(decode(text, std::string(32, 'x'), "call-1", "tag-a"));
}
TEST(Cookie, RefusesEveryChangedCharacter) {
  const std::string text = encode(sample(), key, "call-1", "tag-a");
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    std::string forged = text;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decode(forged, key, "call-1", "tag-a")) << i;
  }
}
TEST(Cookie, RefusesWhatIsCutOffEmptyOrAbsurdlyLong) {
  const std::string text = encode(sample(), key, "call-1", "tag-a");
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(decode(text.substr(0, size), key, "call-1", "tag-a")) << size;
  EXPECT_FALSE(decode(std::string(5000, 'A'), key, "call-1", "tag-a"));
  EXPECT_FALSE(decode("not base64 at all!", key, "call-1", "tag-a"));
}
TEST(Cookie, IsAUserPartThatNeedsNoEscapes) {
  const std::string text = encode(sample(), key, "call-1", "tag-a");
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
}
TEST(ContactUser, ProvesItsCallId) {
  const std::string user = contact_user(key, "call-1");
  EXPECT_TRUE(is_contact_user(user, key, "call-1"));
  EXPECT_FALSE(is_contact_user(user, key, "call-2"));
  EXPECT_FALSE(is_contact_user("sw-", key, "call-1"));
  EXPECT_FALSE(is_contact_user("", key, "call-1"));
}

}  // namespace
}  // namespace proxy::routing
