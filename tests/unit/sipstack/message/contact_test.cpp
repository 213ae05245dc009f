#include "sipstack/message/contact.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

ContactView contact(std::string_view text) {
  const auto parsed = ContactView::parse(text);
  if (!parsed) ADD_FAILURE() << text;
  return parsed ? *parsed : ContactView{};
}

TEST(ContactTest, ReadsWhatARegistrarNeeds) {
  const auto c = contact(
      "\"A\" "
      "<sip:a@192.0.2.1:5060;ob>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\""
      ";reg-id=2;q=0.33;expires=3600");
  EXPECT_EQ(c.uri.user, "a");
  EXPECT_EQ(c.uri.port, 5060);
  EXPECT_TRUE(c.uri.params.has("ob"));
  EXPECT_EQ(c.instance, "urn:uuid:00000000-0000-1000-8000-000A95A0E128");
  EXPECT_EQ(c.reg_id, 2U);
  EXPECT_EQ(c.q, 330);
  EXPECT_EQ(c.expires, 3600U);
}

TEST(ContactTest, HasDefaults) {
  const auto c = contact("sip:a@192.0.2.1;unknownparam");
  EXPECT_EQ(c.q, 1000);
  EXPECT_FALSE(c.expires);
  EXPECT_FALSE(c.reg_id);
  EXPECT_EQ(c.instance, "");
  EXPECT_TRUE(c.address.params.has("unknownparam"));
  EXPECT_FALSE(contact("<sip:a@192.0.2.1;unknownparam>").address.params.has("unknownparam"));
}

TEST(ContactTest, KnowsTheWildcard) { EXPECT_TRUE(contact("*").address.wildcard); }

TEST(ContactTest, ReadsAnInstanceWithoutItsBrackets) {
  EXPECT_EQ(contact("<sip:a@b>;+sip.instance=\"urn:uuid:1\"").instance, "urn:uuid:1");
  EXPECT_EQ(contact("<sip:a@b>;+SIP.INSTANCE=x").instance, "x");
  EXPECT_EQ(contact("<sip:a@b>;+sip.instance=\"<>\"").instance, "");
}

TEST(ContactTest, IgnoresExpiresThatIsNoNumberAndCutsTheHuge) {
  EXPECT_FALSE(contact("<sip:a@b>;expires=soon").expires);
  EXPECT_EQ(contact("<sip:a@b>;expires=280297596632815").expires, UINT32_MAX);
  EXPECT_EQ(contact("<sip:a@b>;expires=0").expires, 0U);
}

TEST(ContactTest, RefusesBrokenOnes) {
  for (const auto* text :
       {"", "<sip:>", "sip:user@example.com?Route=%3Csip:x%3E", "<sip:a@b>;q=1.1", "<sip:a@b>;q=2",
        "<sip:a@b>;q", "<sip:a@b>;q=0.1234", "<sip:a@b>;reg-id=0", "<sip:a@b>;reg-id=2147483648",
        "<sip:a@b>;reg-id=x", "\"Joe\" <sip:joe@example.org>;;;;", "<sip:a@b:99999>"})
    EXPECT_FALSE(ContactView::parse(text)) << text;
}

TEST(QValueTest, IsInThousandths) {
  EXPECT_EQ(parse_qvalue("1"), 1000);
  EXPECT_EQ(parse_qvalue("1."), 1000);
  EXPECT_EQ(parse_qvalue("1.000"), 1000);
  EXPECT_EQ(parse_qvalue("0"), 0);
  EXPECT_EQ(parse_qvalue("0.5"), 500);
  EXPECT_EQ(parse_qvalue("0.05"), 50);
  EXPECT_EQ(parse_qvalue("0.999"), 999);
  for (const auto* text : {"", ".5", "1.001", "2", "0.1234", "-0", "0,5", "0.x", "00", "01"})
    EXPECT_FALSE(parse_qvalue(text)) << text;
}

}  // namespace
}  // namespace sip
