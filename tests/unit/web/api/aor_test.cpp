#include "web/api/aor.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

TEST(CanonicalAor, LowersTheHostAndKeepsTheUser) {
  EXPECT_EQ(canonical_aor("Alice@Example.COM"), "Alice@example.com");
}

TEST(CanonicalAor, TakesTheSchemeOff) {
  EXPECT_EQ(canonical_aor("SIP:alice@example.com"), "alice@example.com");
}

TEST(CanonicalAor, TakesNumbersAndAddresses) {
  EXPECT_EQ(canonical_aor("+4930123@192.0.2.1"), "+4930123@192.0.2.1");
  EXPECT_EQ(canonical_aor("a@[2001:DB8::1]"), "a@[2001:db8::1]");
  EXPECT_EQ(canonical_aor("a%20b@example.com"), "a%20b@example.com");
}

TEST(CanonicalAor, RefusesWhatIsNoAddressOfRecord) {
  for (const std::string text :
       {"", "alice", "@example.com", "alice@", "a@b@c", "a b@example.com", "a@exa mple.com",
        "a@example.com:5060", "a@[]", "a@[::1", "a@2001:db8::1", "a%2@example.com",
        "\"a\"@example.com", "a@example.com;x=1", "<a@example.com>", "sips:a@example.com",
        "\xc3\xa4@example.com"})
    EXPECT_EQ(canonical_aor(text), std::nullopt) << text;
}

TEST(CanonicalAor, RefusesControlCharacters) {
  EXPECT_EQ(canonical_aor(std::string_view("a\0b@example.com", 15)), std::nullopt);
  EXPECT_EQ(canonical_aor("a\r\nb@example.com"), std::nullopt);
}

TEST(CanonicalAor, RefusesMoreThan255Bytes) {
  EXPECT_NE(canonical_aor(std::string(253, 'a') + "@b"), std::nullopt);
  EXPECT_EQ(canonical_aor(std::string(254, 'a') + "@b"), std::nullopt);
}

}  // namespace
}  // namespace web::api
