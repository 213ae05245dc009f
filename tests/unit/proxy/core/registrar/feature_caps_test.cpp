#include "proxy/core/registrar/feature_caps.hpp"

#include <gtest/gtest.h>

namespace proxy::registrar {
namespace {

using Lines = std::vector<std::string>;

class FeatureCaps : public ::testing::Test {
 protected:
  FeatureCaps() { settings.webhook = Settings::Webhook{"http://push.test/push", "", {}}; }

  std::optional<Refusal> read(const std::string& contact, const std::string& more = {}) {
    request = {};
    const auto message = sip::Message::parse(
        "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
        "From: <sip:bob@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\n"
        "CSeq: 1 REGISTER\r\n" +
        more + "Contact: " + contact + "\r\n\r\n");
    EXPECT_TRUE(message.has_value());
    return read_register(*message, settings, request);
  }
  Lines caps(const std::string& contact, const std::string& more = {}, std::string_view purr = {}) {
    EXPECT_FALSE(read(contact, more));
    return feature_caps(request, settings, purr);
  }

  Settings settings;
  RegisterRequest request;
};

TEST_F(FeatureCaps, NamesTheServiceThatWakesThePhone) {
  EXPECT_EQ(caps("<sip:bob@h;pn-provider=apns;pn-param=x;pn-prid=t>"),
            Lines{"*;+sip.pns=\"apns\""});
}

TEST_F(FeatureCaps, SayNothingToAPhoneWithoutPush) { EXPECT_EQ(caps("<sip:bob@h>"), Lines{}); }

TEST_F(FeatureCaps, SayNothingOfAContactThatGoes) {
  EXPECT_EQ(caps("<sip:bob@h;pn-provider=apns;pn-param=x;pn-prid=t>;expires=0"), Lines{});
}

TEST_F(FeatureCaps, AskForARefreshFromAPhoneThatWakesItself) {
  EXPECT_EQ(caps("<sip:bob@h;pn-provider=fcm;pn-param=x;pn-prid=t>;+sip.pnsreg"),
            Lines{"*;+sip.pns=\"fcm\";+sip.pnsreg=\"121\""});
}

TEST_F(FeatureCaps, GiveThePurr) {
  EXPECT_EQ(caps("<sip:bob@h;pn-provider=fcm;pn-param=x;pn-prid=t>", "", "ref"),
            Lines{"*;+sip.pns=\"fcm\";+sip.pnspurr=\"ref\""});
}

TEST_F(FeatureCaps, ListAllServicesToWhoAsks) {
  EXPECT_EQ(caps("<sip:bob@h;pn-provider>"),
            (Lines{"*;+sip.pns=\"apns\"", "*;+sip.pns=\"apns.dev\"", "*;+sip.pns=\"fcm\"",
                   "*;+sip.pns=\"webhook\""}));
  EXPECT_FALSE(request.contacts.front().push);
}

TEST_F(FeatureCaps, NameTheOneServiceThatIsAskedAfter) {
  EXPECT_EQ(caps("<sip:bob@h;pn-provider=fcm>"), Lines{"*;+sip.pns=\"fcm\""});
}

TEST_F(FeatureCaps, SayNothingWhenNobodyCanBeWoken) {
  settings.webhook.reset();
  EXPECT_EQ(caps("<sip:bob@h;pn-provider>"), Lines{});
  EXPECT_EQ(caps("<sip:bob@h;pn-provider=apns;pn-param=x;pn-prid=t>"), Lines{});
}

TEST_F(FeatureCaps, LeaveThePushToAProxyThatSaysItDoesIt) {
  EXPECT_EQ(caps("<sip:bob@h;pn-provider=apns;pn-param=x;pn-prid=t>",
                 "Feature-Caps: *;+sip.pns=\"apns\"\r\n"),
            Lines{});
  EXPECT_FALSE(request.contacts.front().push);
}

TEST_F(FeatureCaps, RefuseAnUnknownServiceOnlyWhenToldTo) {
  settings.webhook.reset();
  EXPECT_FALSE(read("<sip:bob@h;pn-provider=abc;pn-prid=t>"));
  settings.registrar.refuse_unknown_push = true;
  for (const auto* contact :
       {"<sip:bob@h;pn-provider=abc;pn-prid=t>", "<sip:bob@h;pn-provider=abc>"}) {
    const auto refusal = read(contact);
    ASSERT_TRUE(refusal) << contact;
    EXPECT_EQ(refusal->status, 555);
  }
}

TEST_F(FeatureCaps, RefuseNobodyWhoAsksForNoServiceOrLeavesOrIsPushedByAnother) {
  settings.webhook.reset();
  settings.registrar.refuse_unknown_push = true;
  EXPECT_FALSE(read("<sip:bob@h>"));
  EXPECT_FALSE(read("<sip:bob@h;pn-provider>"));
  EXPECT_FALSE(read("<sip:bob@h;pn-provider=abc;pn-prid=t>;expires=0"));
  EXPECT_FALSE(
      read("<sip:bob@h;pn-provider=abc;pn-prid=t>", "Feature-Caps: *;+sip.pns=\"abc\"\r\n"));
}

}  // namespace
}  // namespace proxy::registrar
