#include "sipstack/auth/digest.hpp"

#include <gtest/gtest.h>

#include "sipstack/base/text.hpp"

namespace sip::auth {
namespace {

std::string hex(const std::string& raw) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()});
}

/// Credentials of RFC 7616 section 3.9.1 with this algorithm and response.
std::string rfc7616_example(std::string_view algorithm, std::string_view response) {
  return "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
         "algorithm=" +
         std::string{algorithm} +
         ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
         "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"" +
         std::string{response} + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
}

constexpr std::string_view md5_response = "8ca523f5e9506fed4657c9700eebdbec";
constexpr std::string_view sha256_response =
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1";

/// Credentials that parse; a test breaks one thing.
constexpr std::string_view sound =
    "Digest username=\"bob\", realm=\"biloxi.example\", nonce=\"abc\", uri=\"sip:biloxi.example\", "
    "qop=auth, nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\"";

std::string with(std::string_view from, std::string_view to) {
  std::string text{sound};
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

bool refused(const std::string& value) { return Credentials::parse(value).has_error(); }

TEST(Digest, AcceptsTheMd5ExampleOfRfc7616) {
  const auto c = Credentials::parse(rfc7616_example("MD5", md5_response));
  ASSERT_TRUE(c);
  const auto secret = ha1(Algorithm::md5, "Mufasa", "http-auth@example.org", "Circle of Life");
  EXPECT_EQ(expected_response(*c, secret, "GET"), md5_response);
  EXPECT_TRUE(verify(*c, secret, "GET"));
}

TEST(Digest, AcceptsTheSha256ExampleOfRfc7616) {
  const auto c = Credentials::parse(rfc7616_example("SHA-256", sha256_response));
  ASSERT_TRUE(c);
  const auto secret = ha1(Algorithm::sha256, "Mufasa", "http-auth@example.org", "Circle of Life");
  EXPECT_TRUE(verify(*c, secret, "GET"));
}

TEST(Digest, AcceptsTheExampleOfRfc2617) {
  const auto c = Credentials::parse(
      "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, "
      "nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", "
      "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->algorithm, Algorithm::md5);
  EXPECT_EQ(c->nc, 1U);
  EXPECT_EQ(c->opaque, "5ccc069c403ebaf9f0171e9517f40e41");
  const auto secret = ha1(Algorithm::md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
  EXPECT_EQ(secret, "939e7578ed9e3c518a452acee763bce9");
  EXPECT_TRUE(verify(*c, secret, "GET"));
}

TEST(Digest, AcceptsAResponseWithoutQop) {
  const auto c = Credentials::parse(
      "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
      "response=\"670fd8c2df070c60b045671b8b24ff02\"");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->qop, "");
  EXPECT_EQ(c->nc, 0U);
  EXPECT_TRUE(verify(*c, "939e7578ed9e3c518a452acee763bce9", "GET"));
}

TEST(Digest, RefusesAnotherMethodPasswordOrLastDigit) {
  const auto c = Credentials::parse(rfc7616_example("MD5", md5_response));
  const auto secret = ha1(Algorithm::md5, "Mufasa", "http-auth@example.org", "Circle of Life");
  EXPECT_FALSE(verify(*c, secret, "POST"));
  EXPECT_FALSE(verify(*c, ha1(Algorithm::md5, "Mufasa", "http-auth@example.org", "x"), "GET"));
  EXPECT_FALSE(verify(*c, "", "GET"));
  const auto wrong = Credentials::parse(rfc7616_example("MD5", "8ca523f5e9506fed4657c9700eebdbed"));
  EXPECT_FALSE(verify(*wrong, secret, "GET"));
}

TEST(Digest, ReadsFieldsInAnyOrderCaseAndSpacing) {
  const auto c = Credentials::parse(
      "  dIgEsT\tresponse = \"6629FAE49393A05397450978507C4EF1\" ,NC=0000000A,qop=\"auth\", "
      "Realm=\"a, b=\\\"c\\\"\",username=\"b\",nonce=\"n\",uri=\"sip:x\",cnonce=\"k\", auts=1");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->realm, "a, b=\"c\"");
  EXPECT_EQ(c->nc, 10U);
  EXPECT_EQ(c->nc_text, "0000000A");
  EXPECT_EQ(c->response, "6629fae49393a05397450978507c4ef1");
}

TEST(Digest, RefusesAnotherScheme) {
  EXPECT_FALSE(refused(std::string{sound}));
  EXPECT_TRUE(refused("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  EXPECT_TRUE(refused(with("Digest", "Digests")));
  EXPECT_TRUE(refused("Digest"));
  EXPECT_TRUE(refused("Digest "));
  EXPECT_TRUE(refused(""));
}

TEST(Digest, RefusesAnUnknownAlgorithm) {
  EXPECT_TRUE(refused(with("qop=auth", "algorithm=MD5-sess, qop=auth")));
  EXPECT_TRUE(refused(with("qop=auth", "algorithm=SHA-512, qop=auth")));
  EXPECT_FALSE(refused(with("qop=auth", "algorithm=md5, qop=auth")));
}

TEST(Digest, RefusesARepeatedField) {
  for (const char* field :
       {"username=\"eve\", ", "realm=\"x\", ", "nonce=\"x\", ", "uri=\"sip:x\", ", "qop=auth, ",
        "nc=00000002, ", "cnonce=\"x\", ", "RESPONSE=\"6629fae49393a05397450978507c4ef1\", "})
    EXPECT_TRUE(refused(with("username=\"bob\", ", std::string{field} + "username=\"bob\", ")))
        << field;
}

TEST(Digest, RefusesAMissingField) {
  EXPECT_TRUE(refused(with("username=\"bob\", ", "")));
  EXPECT_TRUE(refused(with("realm=\"biloxi.example\", ", "")));
  EXPECT_TRUE(refused(with("nonce=\"abc\", ", "")));
  EXPECT_TRUE(refused(with("uri=\"sip:biloxi.example\", ", "")));
  EXPECT_TRUE(refused(with(", response=\"6629fae49393a05397450978507c4ef1\"", "")));
  EXPECT_TRUE(refused(with("nc=00000001, ", "")));
  EXPECT_TRUE(refused(with("cnonce=\"0a4f113b\", ", "")));
}

TEST(Digest, RefusesACountThatIsNotEightHexDigits) {
  for (const char* nc :
       {"nc=1", "nc=000000001", "nc=0000000g", "nc=-0000001", "nc=0x000001", "nc=00000000"})
    EXPECT_TRUE(refused(with("nc=00000001", nc))) << nc;
  EXPECT_FALSE(refused(with("nc=00000001", "nc=ffffffff")));
}

TEST(Digest, DoesNotAnswerARealmItCannotWrite) {
  EXPECT_EQ(answer("Digest realm=\"a\rb\", nonce=\"n\", algorithm=SHA-512-256", "bob", "secret",
                   "INVITE", "sip:bob@example.com", "cn", 1),
            "");
}

TEST(Digest, RefusesAnotherQop) {
  EXPECT_TRUE(refused(with("qop=auth", "qop=auth-int")));
  EXPECT_TRUE(refused(with("qop=auth", "qop=\"\"")));
}

TEST(Digest, RefusesAResponseOfTheWrongLengthOrAlphabet) {
  const std::string_view response = "6629fae49393a05397450978507c4ef1";
  for (const char* bad : {"", "66", "6629fae49393a05397450978507c4ef",
                          "z629fae49393a05397450978507c4ef1", "6629fae49393a05397450978507c4ef1aa"})
    EXPECT_TRUE(refused(with(response, bad))) << bad;
  EXPECT_TRUE(refused(with("qop=auth", "algorithm=SHA-256, qop=auth")));
}

TEST(Digest, RefusesAnUnterminatedQuote) {
  EXPECT_TRUE(refused(with("4ef1\"", "4ef1")));
  EXPECT_TRUE(refused(with("4ef1\"", "4ef1\\\"")));
  EXPECT_TRUE(refused("Digest username=\""));
}

TEST(Digest, RefusesWhatIsNoListOfFields) {
  EXPECT_TRUE(refused(with("qop=auth,", "qop=auth,,")));
  EXPECT_TRUE(refused(with("qop=auth,", "qop=auth;")));
  EXPECT_TRUE(refused(with("qop=auth,", "qop auth,")));
  EXPECT_TRUE(refused(with("qop=auth,", "qop=,")));
  EXPECT_TRUE(refused(with("\"abc\"", "\"abc\" \"def\"")));
  EXPECT_TRUE(refused(std::string{sound} + ","));
}

TEST(Digest, RefusesAValueOfFiveKilobytes) {
  const std::string large(5'000, 'a');
  EXPECT_TRUE(refused(with("bob", large)));
  EXPECT_TRUE(refused(with("qop=auth", "other=" + large + ", qop=auth")));
}

TEST(Digest, EveryCutOffIsRefusedWithoutACrash) {
  for (std::size_t size = 0; size < sound.size(); ++size)
    EXPECT_TRUE(refused(std::string{sound.substr(0, size)})) << size;
}

TEST(Digest, AnswersItsOwnChallenge) {
  for (const Algorithm algorithm : strongest_first) {
    const auto value = answer(challenge("a \"quoted\" realm", "abc", algorithm, false), "bob",
                              "pass", "REGISTER", "sip:x", "k1", 26);
    const auto c = Credentials::parse(value);
    ASSERT_TRUE(c) << value;
    EXPECT_EQ(c->algorithm, algorithm);
    EXPECT_EQ(c->nc, 26U);
    EXPECT_EQ(c->nc_text, "0000001a");
    EXPECT_TRUE(verify(*c, ha1(algorithm, "bob", "a \"quoted\" realm", "pass"), "REGISTER"));
  }
}

TEST(Digest, AnswersAChallengeWithoutQopAndReturnsTheOpaque) {
  const auto value = answer("Digest realm=\"r\", nonce=\"n\", opaque=\"o\"", "bob", "pass",
                            "INVITE", "sip:x", "k", 1);
  const auto c = Credentials::parse(value);
  ASSERT_TRUE(c) << value;
  EXPECT_EQ(c->qop, "");
  EXPECT_EQ(c->opaque, "o");
  EXPECT_TRUE(verify(*c, ha1(Algorithm::md5, "bob", "r", "pass"), "INVITE"));
}

TEST(Digest, HasNoAnswerToAChallengeItCannotMeet) {
  EXPECT_EQ(answer("Basic realm=\"r\"", "b", "p", "INVITE", "sip:x", "k", 1), "");
  EXPECT_EQ(answer("Digest realm=\"r\"", "b", "p", "INVITE", "sip:x", "k", 1), "");
  EXPECT_EQ(answer("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", "b", "p", "INVITE", "sip:x",
                   "k", 1),
            "");
}

TEST(Digest, SaysStaleOnlyWhenItIs) {
  EXPECT_EQ(challenge("r", "n", Algorithm::sha256, true),
            "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\", stale=true");
  EXPECT_EQ(challenge("r", "n", Algorithm::md5, false),
            "Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"");
}

TEST(Digest, HashesAnEmptyUserNameWithItsColon) {
  EXPECT_EQ(ha1(Algorithm::md5, "", "r", "p"), hash_hex(Algorithm::md5, ":r:p"));
  EXPECT_EQ(hash_hex(Algorithm::md5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hash_hex(Algorithm::sha512_256, "abc"),
            "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
}

TEST(Hmac, MeetsTheVectorsOfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(SameSecret, ComparesLengthAndEveryByte) {
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "abcd"));
}

}  // namespace
}  // namespace sip::auth
