#include "tests/support/push/jwt_check.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "sipstack/base/base64url.hpp"

namespace test {
namespace {

using nlohmann::json;
using sip::net::BioPtr;
using sip::net::FreedBy;

std::string pem_of(EVP_PKEY* key) {
  const BioPtr bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

/// r||s as DER, which OpenSSL verifies.
std::string der_of(const std::string& raw) {
  if (raw.size() != 64) return {};
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  const std::unique_ptr<ECDSA_SIG, FreedBy<ECDSA_SIG_free>> signature{ECDSA_SIG_new()};
  ECDSA_SIG_set0(signature.get(), BN_bin2bn(bytes, 32, nullptr),
                 BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const auto length = i2d_ECDSA_SIG(signature.get(), &der);
  const std::string text{reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)};
  OPENSSL_free(der);
  return text;
}

bool verifies(EVP_PKEY* key, const std::string& text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>> digest{EVP_MD_CTX_new()};
  EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key);
  return EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

std::optional<json> object_of(const std::string& part) {
  const auto text = sip::from_base64url(part);
  auto object = json::parse(text.value_or(""), nullptr, false);
  if (!object.is_object()) return std::nullopt;
  return object;
}

}  // namespace

MadeKey make_ec_key() {
  sip::net::KeyPtr key{EVP_EC_gen("P-256")};
  auto pem = pem_of(key.get());
  return {std::move(key), std::move(pem)};
}

MadeKey make_rsa_key() {
  sip::net::KeyPtr key{EVP_RSA_gen(2'048)};
  auto pem = pem_of(key.get());
  return {std::move(key), std::move(pem)};
}

std::optional<Jwt> check_jwt(const std::string& token, const std::string& algorithm,
                             EVP_PKEY* key) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string::npos || last == first) return std::nullopt;
  auto header = object_of(token.substr(0, first));
  auto claims = object_of(token.substr(first + 1, last - first - 1));
  const auto raw = sip::from_base64url(token.substr(last + 1));
  if (!header || !claims || !raw || header->value("alg", "") != algorithm) return std::nullopt;
  const auto signature = algorithm == "ES256" ? der_of(*raw) : *raw;
  if (!verifies(key, token.substr(0, last), signature)) return std::nullopt;
  return Jwt{std::move(*header), std::move(*claims)};
}

}  // namespace test
