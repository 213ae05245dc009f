#include "proxy/runtime/push/ece.hpp"

#include <gtest/gtest.h>

#include "sipstack/base/base64url.hpp"

namespace proxy::runtime::push {
namespace {

// RFC 8291 section 5 and appendix A.
constexpr std::string_view text{"When I grow up, I want to be a watermelon"};
constexpr std::string_view sender_secret{"yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"};
constexpr std::string_view sender_point{
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"};
constexpr std::string_view receiver_secret{"q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"};
constexpr std::string_view receiver_point{
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"};
constexpr std::string_view salt{"DGv6ra1nlYgDCS1FRnbzlw"};
constexpr std::string_view auth{"BTBZMqHH6r4Tts7J_aSIgg"};
constexpr std::string_view message{
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
    "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
    "a-fN"};

std::string raw(std::string_view base64) { return sip::from_base64url(base64).value(); }
MessageKey sender() { return MessageKey::from(raw(sender_secret), raw(sender_point)).value(); }
MessageKey receiver() {
  return MessageKey::from(raw(receiver_secret), raw(receiver_point)).value();
}

TEST(Ece, AgreesWithTheExampleOfTheRfc) {
  const auto keys = read_subscription_keys(receiver_point, auth);
  ASSERT_TRUE(keys);
  EXPECT_EQ(sip::base64url(encrypt_push(text, *keys, sender(), raw(salt))), message);
}

TEST(Ece, ReadsTheExampleOfTheRfc) {
  EXPECT_EQ(decrypt_push(raw(message), receiver(), raw(auth)), text);
}

TEST(Ece, AgreesOnTheSecretOfTheRfc) {
  EXPECT_EQ(sip::base64url(sender().shared_with(raw(receiver_point))),
            "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
}

TEST(Ece, IsReadByWhoItIsForWithANewKeyEachTime) {
  const auto keys = read_subscription_keys(receiver_point, auth);
  const auto one = encrypt_push("{}", *keys, MessageKey::make(), std::string(16, 'a'));
  const auto two = encrypt_push("{}", *keys, MessageKey::make(), std::string(16, 'b'));
  EXPECT_NE(one.substr(86), two.substr(86));
  EXPECT_EQ(decrypt_push(one, receiver(), raw(auth)), "{}");
  EXPECT_EQ(decrypt_push(two, receiver(), raw(auth)), "{}");
  EXPECT_FALSE(decrypt_push(one, receiver(), std::string(16, 'x')));
  EXPECT_FALSE(decrypt_push(one, MessageKey::make(), raw(auth)));
}

TEST(Ece, KnowsAMessageThatWasChangedOrCut) {
  auto changed = raw(message);
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_FALSE(decrypt_push(changed, receiver(), raw(auth)));
  const auto whole = raw(message);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decrypt_push(whole.substr(0, size), receiver(), raw(auth))) << size;
}

TEST(Ece, TakesNoMoreThanOneRecordHolds) {
  const auto keys = read_subscription_keys(receiver_point, auth);
  const auto key = MessageKey::make();
  const std::string most(ece_plain_max, 'x');
  EXPECT_EQ(encrypt_push(most, *keys, key, raw(salt)).size(), 86U + 4'010U);
  EXPECT_EQ(encrypt_push(most + "x", *keys, key, raw(salt)), "");
  EXPECT_EQ(encrypt_push(text, *keys, key, "short"), "");
}

TEST(SubscriptionKeys, AreReadFromBothAlphabetsPaddedOrNot) {
  std::string plain{receiver_point};
  for (char& c : plain) c = c == '-' ? '+' : c == '_' ? '/' : c;
  EXPECT_TRUE(read_subscription_keys(plain + "=", std::string{auth} + "=="));
}

TEST(SubscriptionKeys, AreRefusedWhenTheyAreNone) {
  EXPECT_FALSE(read_subscription_keys("", ""));
  EXPECT_FALSE(read_subscription_keys(receiver_point, "c2hvcnQ"));
  EXPECT_FALSE(read_subscription_keys("BBBB", auth));
  EXPECT_FALSE(read_subscription_keys("!!!", auth));
  std::string off_curve = raw(receiver_point);
  off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
  EXPECT_FALSE(read_subscription_keys(sip::base64url(off_curve), auth));
  EXPECT_FALSE(read_subscription_keys(sip::base64url(std::string(65, '\4')), auth));
}

}  // namespace
}  // namespace proxy::runtime::push
