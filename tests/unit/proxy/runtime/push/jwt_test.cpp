#include "proxy/runtime/push/jwt.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <nlohmann/json.hpp>

#include "sipstack/base/base64url.hpp"

namespace proxy::runtime::push {
namespace {

using Algorithm = JwtSigner::Algorithm;
using sip::net::BioPtr;
using sip::net::KeyPtr;

std::string pem_of(EVP_PKEY* key) {
  const BioPtr bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

const KeyPtr& ec_key() {
  static const KeyPtr key{EVP_EC_gen("P-256")};
  return key;
}
const KeyPtr& rsa_key() {
  static const KeyPtr key{EVP_RSA_gen(2048)};
  return key;
}

struct Parts {
  nlohmann::json header;
  std::string claims;
  std::string signature;
  std::string text;  ///< what is signed
};
Parts parts_of(const std::string& token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  return {nlohmann::json::parse(sip::from_base64url(token.substr(0, first)).value()),
          sip::from_base64url(token.substr(first + 1, last - first - 1)).value(),
          sip::from_base64url(token.substr(last + 1)).value(), token.substr(0, last)};
}

/// r||s as DER, which OpenSSL verifies.
std::string der_of(const std::string& raw) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  auto* signature = ECDSA_SIG_new();
  ECDSA_SIG_set0(signature, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const auto length = i2d_ECDSA_SIG(signature, &der);
  std::string text{reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)};
  OPENSSL_free(der);
  ECDSA_SIG_free(signature);
  return text;
}

bool verifies(EVP_PKEY* key, const std::string& text, const std::string& signature) {
  auto* digest = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, key);
  const int result = EVP_DigestVerify(
      digest, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
      reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(digest);
  return result == 1;
}

std::string problem(const std::string& pem, Algorithm algorithm) {
  try {
    const JwtSigner signer{pem, algorithm};
  } catch (const KeyError& error) {
    return error.what();
  }
  return {};
}

TEST(Jwt, SignsWithEs256SoThatThePublicKeyVerifies) {
  const JwtSigner signer{pem_of(ec_key().get()), Algorithm::es256};
  const auto parts = parts_of(signer.token(R"({"iss":"DEF1234567","iat":1})", "ABC1234567"));
  EXPECT_EQ(parts.header["alg"], "ES256");
  EXPECT_EQ(parts.header["kid"], "ABC1234567");
  EXPECT_EQ(parts.claims, R"({"iss":"DEF1234567","iat":1})");
  ASSERT_EQ(parts.signature.size(), 64U);
  EXPECT_TRUE(verifies(ec_key().get(), parts.text, der_of(parts.signature)));
  EXPECT_FALSE(verifies(ec_key().get(), parts.text + "x", der_of(parts.signature)));
}

TEST(Jwt, KeepsBothHalvesAtTheirLengthWhenOneIsShort) {
  // One signature of 128 has a half that begins with a zero byte.
  const JwtSigner signer{pem_of(ec_key().get()), Algorithm::es256};
  for (int i = 0; i < 600; ++i) {
    const auto parts = parts_of(signer.token(std::to_string(i)));
    ASSERT_EQ(parts.signature.size(), 64U);
    ASSERT_TRUE(verifies(ec_key().get(), parts.text, der_of(parts.signature)));
  }
}

TEST(Jwt, SignsWithRs256SoThatThePublicKeyVerifies) {
  const JwtSigner signer{pem_of(rsa_key().get()), Algorithm::rs256};
  const auto parts = parts_of(signer.token("{}", "k1"));
  EXPECT_EQ(parts.header["alg"], "RS256");
  EXPECT_TRUE(verifies(rsa_key().get(), parts.text, parts.signature));
  EXPECT_FALSE(verifies(rsa_key().get(), parts.text + "x", parts.signature));
}

TEST(Jwt, LeavesOutTheKeysIdWhenThereIsNone) {
  const JwtSigner signer{pem_of(ec_key().get()), Algorithm::es256};
  EXPECT_FALSE(parts_of(signer.token("{}")).header.contains("kid"));
}

TEST(Jwt, GivesThePublicPointUncompressed) {
  const JwtSigner signer{pem_of(ec_key().get()), Algorithm::es256};
  const auto point = signer.public_point();
  ASSERT_EQ(point.size(), 65U);
  EXPECT_EQ(point[0], '\x04');
}

TEST(Jwt, RefusesAKeyOfAnotherKind) {
  EXPECT_EQ(problem(pem_of(rsa_key().get()), Algorithm::es256), "it must be an EC key on P-256");
  EXPECT_EQ(problem(pem_of(ec_key().get()), Algorithm::rs256),
            "it must be an RSA key of at least 2048 bits");
  const KeyPtr other{EVP_EC_gen("P-384")};
  EXPECT_EQ(problem(pem_of(other.get()), Algorithm::es256), "it must be an EC key on P-256");
}

TEST(Jwt, RefusesAnRsaKeyThatIsTooShort) {
  const KeyPtr weak{EVP_RSA_gen(1024)};
  EXPECT_EQ(problem(pem_of(weak.get()), Algorithm::rs256),
            "it must be an RSA key of at least 2048 bits");
}

TEST(Jwt, RefusesWhatIsNoKey) {
  EXPECT_EQ(problem("-----BEGIN CERTIFICATE-----\n", Algorithm::es256),
            "it is a certificate, not a key");
  for (const std::string text :
       {"", "key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    EXPECT_EQ(problem(text, Algorithm::es256),
              "it holds no private key in PEM (or one with a passphrase)");
}

}  // namespace
}  // namespace proxy::runtime::push
