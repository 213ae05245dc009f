#include "proxy/core/record/coordinates.hpp"

#include <gtest/gtest.h>

namespace proxy::record {
namespace {

const std::string voip(64, 'A');
const std::string alert(64, 'b');
const std::string voip_lower(64, 'a');

PushTarget apple(const std::string& param, const std::string& prid,
                 const std::string& provider = "apns") {
  return {provider, param, prid};
}

TEST(Coordinates, TakesTheTokensOfBothServicesInAnyOrder) {
  const std::string param = "DEF1234567.com.example.phone.voip&remote";
  for (const auto& prid :
       {voip + ":voip&" + alert + ":remote", alert + ":remote&" + voip + ":voip"}) {
    const auto read = apple_coordinates(apple(param, prid));
    ASSERT_TRUE(read) << prid;
    EXPECT_EQ(read->bundle, "com.example.phone");
    EXPECT_EQ(read->voip_token, voip_lower);
    EXPECT_EQ(read->alert_token, alert);
    EXPECT_FALSE(read->sandbox);
    EXPECT_TRUE(read->voip);
  }
}

TEST(Coordinates, TakesTheServicesOfParamInAnyOrder) {
  const auto read = apple_coordinates(apple("ABCD1234.com.example.phone.remote&voip", voip));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bundle, "com.example.phone");
  EXPECT_EQ(read->voip_token, voip_lower);
  EXPECT_EQ(read->alert_token, voip_lower);
}

TEST(Coordinates, TakesABareTokenForTheServiceThatParamNames) {
  const auto call = apple_coordinates(apple("DEF1234567.com.example.phone.voip", voip));
  ASSERT_TRUE(call);
  EXPECT_EQ(call->voip_token, voip_lower);
  EXPECT_EQ(call->alert_token, "");
  const auto text = apple_coordinates(apple("DEF1234567.com.example.phone.remote", alert));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->voip_token, "");
  EXPECT_EQ(text->alert_token, alert);
  EXPECT_FALSE(text->voip);
}

TEST(Coordinates, TakesTheOneTokenThereIsWithoutAnySuffix) {
  const auto read = apple_coordinates(apple("com.example.phone", voip));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bundle, "com.example.phone");
  EXPECT_EQ(read->voip_token, voip_lower);
}

TEST(Coordinates, LivesWithAMissingToken) {
  const auto read = apple_coordinates(
      apple("DEF1234567.com.example.phone.voip&remote", ":voip&" + alert + ":remote"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->voip_token, "");
  EXPECT_EQ(read->alert_token, alert);
  const auto other =
      apple_coordinates(apple("DEF1234567.com.example.phone.voip&remote", voip + ":voip&"));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->voip_token, voip_lower);
}

TEST(Coordinates, TakesTheFirstOfTwoTokensOfOneService) {
  const auto read =
      apple_coordinates(apple("com.example.phone.voip", voip + ":voip&" + alert + ":voip"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->voip_token, voip_lower);
}

TEST(Coordinates, ReadsTheOlderForm) {
  const auto dev = apple_coordinates(apple("com.example.phone.voip.dev", voip, "apns.dev"));
  ASSERT_TRUE(dev);
  EXPECT_EQ(dev->bundle, "com.example.phone");
  EXPECT_TRUE(dev->sandbox);
  EXPECT_EQ(dev->alert_token, "");
  const auto prod = apple_coordinates(apple("com.example.phone.prod", alert));
  ASSERT_TRUE(prod);
  EXPECT_EQ(prod->bundle, "com.example.phone");
}

TEST(Coordinates, KeepsABundleThatEndsLikeAnEnvironment) {
  const auto read = apple_coordinates(apple("DEF1234567.com.example.dev.voip", voip));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bundle, "com.example.dev");
}

TEST(Coordinates, ReadsNoTokenOutOfWhatIsNone) {
  for (const auto* prid : {"", "&", ":voip&", "xyz", "::", "&&&", "12", "zz:voip&:remote"})
    EXPECT_FALSE(apple_coordinates(apple("com.example.phone.voip&remote", prid))) << prid;
  EXPECT_FALSE(apple_coordinates(apple("com.example.phone.voip", std::string(65, 'a'))));
  EXPECT_FALSE(apple_coordinates(apple("com.example.phone.voip", std::string(1024, 'a'))));
  EXPECT_FALSE(apple_coordinates(apple("com.example.phone.voip", voip, "fcm")));
}

TEST(Coordinates, SurvivesParamsOfAnyShape) {
  for (const auto* param : {"", ".", "..", ".voip", "&", ".voip&&remote&", "DEF1234567.", ".dev"})
    EXPECT_TRUE(apple_coordinates(apple(param, voip))) << param;
}

TEST(Coordinates, KnowsATokenThatWasLostOnTheWay) {
  const std::string param = "DEF1234567.com.example.phone.voip&remote";
  const auto good = apple(param, voip + ":voip&" + alert + ":remote");
  EXPECT_TRUE(is_damaged(apple(param, ":voip&" + alert + ":remote"), good));
  EXPECT_TRUE(is_damaged(apple(param, "rubbish"), good));
  EXPECT_FALSE(is_damaged(apple(param, std::string(64, 'c') + ":voip&"), good));
  EXPECT_FALSE(is_damaged(apple("DEF1234567.com.example.phone.remote", alert), good))
      << "it asks for alerts alone now";
  EXPECT_FALSE(is_damaged({"fcm", "p", "t"}, good));
  EXPECT_FALSE(is_damaged(apple(param, "other"), apple(param, "tok")))
      << "nothing better was known";
}

}  // namespace
}  // namespace proxy::record
