#include "web/api/aor.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

TEST(ParseAor, LowersTheHostAndKeepsTheUser) {
  EXPECT_EQ(parse_aor("Alice@Example.COM"), "Alice@example.com");
}

TEST(ParseAor, TakesTheSchemeOff) {
  EXPECT_EQ(parse_aor("SIP:alice@example.com"), "alice@example.com");
}

TEST(ParseAor, TakesNumbersAndAddresses) {
  EXPECT_EQ(parse_aor("+4930123@192.0.2.1"), "+4930123@192.0.2.1");
  EXPECT_EQ(parse_aor("a@[2001:DB8::1]"), "a@[2001:db8::1]");
  EXPECT_EQ(parse_aor("a%20b@example.com"), "a%20b@example.com");
}

TEST(ParseAor, RefusesWhatIsNoAddressOfRecord) {
  for (const std::string text :
       {"", "alice", "@example.com", "alice@", "a@b@c", "a b@example.com", "a@exa mple.com",
        "a@example.com:5060", "a@[]", "a@[::1", "a@2001:db8::1", "a%2@example.com",
        "\"a\"@example.com", "a@example.com;x=1", "<a@example.com>", "sips:a@example.com",
        "\xc3\xa4@example.com"})
    EXPECT_EQ(parse_aor(text), std::nullopt) << text;
}

TEST(ParseAor, RefusesControlCharacters) {
  EXPECT_EQ(parse_aor(std::string_view("a\0b@example.com", 15)), std::nullopt);
  EXPECT_EQ(parse_aor("a\r\nb@example.com"), std::nullopt);
}

TEST(ParseAor, RefusesMoreThan255Bytes) {
  EXPECT_NE(parse_aor(std::string(253, 'a') + "@b"), std::nullopt);
  EXPECT_EQ(parse_aor(std::string(254, 'a') + "@b"), std::nullopt);
}

TEST(ParseShownAor, TakesTheUserPartAsItIs) {
  EXPECT_EQ(parse_shown_aor("a b%20c@d@EXAMPLE.com"), "a b%20c@d@example.com");
  EXPECT_EQ(parse_shown_aor("\xff@b"), "\xff@b");
}

TEST(ParseShownAor, RefusesWhatHasNoUserOrHost) {
  for (const std::string text : {"", "alice", "@b", "a@", "a@b c", "a@b:5060"})
    EXPECT_EQ(parse_shown_aor(text), std::nullopt) << text;
  EXPECT_EQ(parse_shown_aor(std::string(255, 'a') + "@b"), std::nullopt);
}

TEST(EscapeAor, EscapesWhatAUriCannotHold) {
  EXPECT_EQ(escape_aor("+49-30.a_b@example.com"), "+49-30.a_b@example.com");
  EXPECT_EQ(escape_aor("a b%@c;x@example.com"), "a%20b%25%40c%3bx@example.com");
  EXPECT_EQ(escape_aor("nobody"), "nobody");
}

}  // namespace
}  // namespace web::api
