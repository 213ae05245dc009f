#include "proxy/core/routing/gruu.hpp"

#include <gtest/gtest.h>

#include <set>

namespace proxy::routing {
namespace {

const std::string key(32, 'k');
constexpr TemporaryGruu sample{42, 0x0123'4567'89ab'cdefULL, 7};

TEST(Gruu, APublicOneIsTheAddressAndTheInstance) {
  EXPECT_EQ(public_gruu("alice@example.com", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
            "sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
}
TEST(Gruu, APublicOneEscapesWhatNoUriMayHold) {
  EXPECT_EQ(public_gruu("a b@c@example.com", "x;y=\"z\">"),
            "sip:a%20b%40c@example.com;gr=x%3by%3d%22z%22%3e");
}
TEST(Gruu, ATemporaryOneComesBackAsItWasMade) {
  const auto user = temporary_user(sample, key);
  EXPECT_TRUE(user.starts_with("tgruu."));
  EXPECT_EQ(user.size(), 46U);
  EXPECT_EQ(read_temporary_user(user, key), sample);
}
TEST(Gruu, ATemporaryOneIsGoodForItsKeyOnly) {
  EXPECT_FALSE(read_temporary_user(temporary_user(sample, key), std::string(32, 'x')));
}
TEST(Gruu, RefusesEveryChangedCharacter) {
  const auto user = temporary_user(sample, key);
  for (std::size_t i = 0; i < user.size(); ++i) {
    auto forged = user;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_temporary_user(forged, key)) << i;
  }
}
TEST(Gruu, RefusesWhatIsCutOffOrTooLong) {
  const auto user = temporary_user(sample, key);
  for (std::size_t size = 0; size < user.size(); ++size)
    EXPECT_FALSE(read_temporary_user(user.substr(0, size), key)) << size;
  EXPECT_FALSE(read_temporary_user(user + "AAAA", key));
  EXPECT_FALSE(read_temporary_user(user + std::string(10'000, 'A'), key));
}
TEST(Gruu, TwoOfOneDeviceHaveNothingInCommon) {
  // RFC 5627 section 3.1.2: nobody can tell that they are of one device.
  std::set<std::string> begins;
  std::set<std::string> ends;
  for (std::uint32_t number = 0; number < 100; ++number) {
    auto gruu = sample;
    gruu.number = number;
    const auto user = temporary_user(gruu, key);
    begins.insert(user.substr(6, 4));
    ends.insert(user.substr(user.size() - 24, 8));
  }
  EXPECT_EQ(begins.size(), 100U);
  EXPECT_EQ(ends.size(), 100U);
}
TEST(Gruu, AnotherCallIdIsAnotherRegistration) {
  EXPECT_EQ(registration_mark("a", key), registration_mark("a", key));
  EXPECT_NE(registration_mark("a", key), registration_mark("b", key));
  EXPECT_NE(registration_mark("a", key), registration_mark("a", std::string(32, 'x')));
}

}  // namespace
}  // namespace proxy::routing
