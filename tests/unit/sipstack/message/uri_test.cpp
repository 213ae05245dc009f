#include "sipstack/message/uri.hpp"

#include <gtest/gtest.h>

#include "sipstack/message/host.hpp"

namespace sip {
namespace {

UriView uri(std::string_view text) {
  const auto parsed = UriView::parse(text);
  if (!parsed) ADD_FAILURE() << text;
  return parsed ? *parsed : UriView{};
}

std::string aor(std::string_view text) { return address_of_record(uri(text)).value_or("none"); }

TEST(UriTest, SplitsAllParts) {
  const auto u = uri("SIPS:alice:secret@Example.com:5061;transport=tcp;lr?Subject=x&a=b");
  EXPECT_TRUE(u.is_sips());
  EXPECT_EQ(u.user, "alice");
  EXPECT_EQ(u.password, "secret");
  EXPECT_EQ(u.host, "Example.com");
  EXPECT_EQ(u.port, 5061);
  EXPECT_EQ(u.params.value("transport"), "tcp");
  EXPECT_TRUE(u.params.has("lr"));
  EXPECT_EQ(u.headers, "Subject=x&a=b");
}

TEST(UriTest, NeedsNoUserAndNoPort) {
  const auto u = uri("sip:example.com");
  EXPECT_TRUE(u.is_sip());
  EXPECT_EQ(u.user, "");
  EXPECT_EQ(u.port, 0);
}

TEST(UriTest, LooksForTheUserBeforeParametersAndHeaders) {
  EXPECT_EQ(uri("sip:user;par=u%40example.net@example.com").user, "user;par=u%40example.net");
  EXPECT_EQ(uri("sip:what?now@example.com").user, "what?now");
  EXPECT_EQ(uri("sip:*72#@example.com").user, "*72#");
}

TEST(UriTest, ReadsIpv6WithAndWithoutPort) {
  EXPECT_EQ(uri("sip:[2001:db8::10:5070]").host, "[2001:db8::10:5070]");
  EXPECT_EQ(uri("sip:[2001:db8::10:5070]").port, 0);
  EXPECT_EQ(uri("sip:u@[2001:db8::10]:5070;lr").port, 5070);
  EXPECT_EQ(uri("sip:u@[2001:db8::10]:5070;lr").host, "[2001:db8::10]");
}

TEST(UriTest, KeepsPushParametersWithRawCharacters) {
  const auto u = uri("sip:a@192.0.2.1;pn-prid=AB[1]/c:voip&d:remote+$==;pn-param=T.x.voip&remote");
  EXPECT_EQ(u.params.value("pn-prid"), "AB[1]/c:voip&d:remote+$==");
  EXPECT_EQ(u.params.value("pn-param"), "T.x.voip&remote");
  EXPECT_TRUE(uri("sip:a@192.0.2.1;pn-provider;pn-silent=").params.has("pn-silent"));
}

TEST(UriTest, GivesTheSchemeAloneOfOtherUris) {
  const auto u = uri("tel:+4930123456;phone-context=x");
  EXPECT_EQ(u.scheme, "tel");
  EXPECT_FALSE(u.is_sip());
  EXPECT_EQ(u.host, "");
  EXPECT_EQ(uri("soap.beep://192.0.2.103:3002").scheme, "soap.beep");
}

TEST(UriTest, RefusesBrokenOnes) {
  for (const auto* text : {"",
                           ":",
                           "sip",
                           "sip:",
                           "sip:@example.com",
                           "sip:a@",
                           "sip:a@b@c",
                           "<sip:a@b>",
                           "sip:a b@example.com",
                           "sip:a@exa mple.com",
                           "sip:a@example.com:",
                           "sip:a@example.com:0",
                           "sip:a@example.com:65536",
                           "sip:a@example.com:50x",
                           "sip:a@example.com:4294972356",
                           "sip:2001:db8::10",
                           "sip:a@[2001:db8::10",
                           "sip:a@[]",
                           "sip:a@[::1]x",
                           "sip:a@[g::1]",
                           "sip:a%4@example.com",
                           "sip:a%@example.com",
                           "sip:a%zz@example.com",
                           "sip:a@example.com;",
                           "sip:a@example.com;;lr",
                           "sip:a@example.com;=1",
                           "sip:a@example.com; lr",
                           "sip:a@example.com;x=\"y\"",
                           "sip:a@example.com;x=<y>",
                           "sip:a@example.com;x=%4",
                           "sip:a@example.com?",
                           "sip:a@example.com?a=%",
                           "sip:a\"b@example.com",
                           "sip:j\xC3\xBCrgen@example.com",
                           "sip:a@ex\xC3\xA4mple.com",
                           "1sip:a@b",
                           "tel:",
                           "tel:1 2",
                           "x:<y>",
                           "sip:a:b c@example.com"})
    EXPECT_FALSE(UriView::parse(text)) << text;
  EXPECT_FALSE(UriView::parse(std::string_view{"sip:a\0b@example.com", 19}));
}

TEST(AddressOfRecordTest, IsTheUnescapedUserAtTheLowerCaseHost) {
  EXPECT_EQ(aor("sip:Alice@EXAMPLE.com:5060;transport=tcp?x=y"), "Alice@example.com");
  EXPECT_EQ(aor("sips:%61lice:pw@example.com"), "alice@example.com");
  EXPECT_EQ(aor("sip:alice@example.com."), "alice@example.com");
  EXPECT_EQ(aor("sip:alice@[2001:DB8::1]:5060"), "alice@[2001:db8::1]");
}

TEST(AddressOfRecordTest, IsNothingWithoutAUserOrWithControlCharacters) {
  EXPECT_EQ(aor("sip:example.com"), "none");
  EXPECT_EQ(aor("tel:+4930123456"), "none");
  EXPECT_EQ(aor("sip:a%00b@example.com"), "none");
  EXPECT_EQ(aor("sip:a%0D%0Ab@example.com"), "none");
}

TEST(PushParamsTest, AreTakenOutAndNothingElse) {
  EXPECT_EQ(without_push_params("sip:a@192.0.2.1:5060;pn-provider=apns;ob;PN-PRID=x:y;app-id=z"
                                ";transport=tls?h=1"),
            "sip:a@192.0.2.1:5060;ob;transport=tls?h=1");
  EXPECT_EQ(without_push_params("sip:a@192.0.2.1;pn-tok=x"), "sip:a@192.0.2.1");
  EXPECT_EQ(without_push_params("sip:a@192.0.2.1?h=1"), "sip:a@192.0.2.1?h=1");
  EXPECT_EQ(without_push_params("sip:a@192.0.2.1;pn-silent=;x="), "sip:a@192.0.2.1;x=");
  EXPECT_EQ(without_push_params("tel:1;pn-tok=x"), "tel:1;pn-tok=x");
  EXPECT_FALSE(is_push_param("pn-"));
  EXPECT_FALSE(is_push_param("pnx"));
}

TEST(HostTest, KnowsNamesAndAddresses) {
  for (const auto* text : {"example.com", "example.com.", "a_b", "192.0.2.1", "[::1]", "[::]",
                           "[2001:db8::192.0.2.1]", "[1:2:3:4:5:6:7:8]", "[1::]"})
    EXPECT_TRUE(is_host(text)) << text;
  for (const auto* text : {"", "[", "[]", "[::1", "::1", "a b", "a/b", "a,b", "[::1]]", "[[::1]]"})
    EXPECT_FALSE(is_host(text)) << text;
}

TEST(HostTest, ChecksIpv6Addresses) {
  for (const auto* text :
       {"::", "::1", "1::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "2001:db8:::192.0.2.1",
        "::ffff:192.0.2.10", "1:2:3:4:5:6:192.0.2.1", "2001:0DB8::9:255"})
    EXPECT_TRUE(is_ipv6(text)) << text;
  for (const auto* text : {"",
                           ":",
                           ":::",
                           "1",
                           "1:2",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "12345::",
                           "::g",
                           "1:",
                           ":1",
                           "::1:",
                           ":1::",
                           "1:2:3:4:5:6:7:8::",
                           "::192.0.2",
                           "::192.0.2.256",
                           "::192.0.2.1.5",
                           "192.0.2.1::",
                           "::192.0.2.1:1",
                           "1:2:3:4:5:6:7:192.0.2.1",
                           "2001:db8:::1",
                           "::1 ",
                           "::0192.0.2.1"})
    EXPECT_FALSE(is_ipv6(text)) << text;
}

}  // namespace
}  // namespace sip
