#include "proxy/runtime/push/jwt.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <nlohmann/json.hpp>

#include "sipstack/base/base64url.hpp"

namespace proxy::runtime::push {
namespace {

using sip::net::FreedBy;
using sip::net::last_tls_error;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, FreedBy<ECDSA_SIG_free>>;

constexpr int rsa_bits_least = 2'048;
constexpr int p256_bytes = 32;

/// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

sip::net::KeyPtr read(std::string_view pem) {
  if (pem.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos)
    throw KeyError{"it is a certificate, not a key"};
  const sip::net::BioPtr bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  sip::net::KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
  ERR_clear_error();
  if (!key) throw KeyError{"it holds no private key in PEM (or one with a passphrase)"};
  return key;
}

bool is_p256(const EVP_PKEY& key) {
  std::array<char, 64> group{};
  std::size_t length = 0;
  return EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(),
                                        group.size(), &length) == 1 &&
         (std::string_view{group.data(), length} == "prime256v1" ||
          std::string_view{group.data(), length} == "P-256");
}

/// JWS wants r and s side by side, 32 bytes each, where OpenSSL gives DER (RFC 7518 section 3.4).
std::string to_raw(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const SignaturePtr signature{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
  std::string raw(std::size_t{2} * p256_bytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, p256_bytes) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + p256_bytes, p256_bytes) < 0)
    throw std::runtime_error{"signing failed: " + last_tls_error()};
  return raw;
}

}  // namespace

JwtSigner::JwtSigner(std::string_view pem, Algorithm algorithm)
    : algorithm_{algorithm}, key_{read(pem)} {
  if (algorithm_ == Algorithm::es256) {
    if (EVP_PKEY_get_base_id(key_.get()) != EVP_PKEY_EC || !is_p256(*key_))
      throw KeyError{"it must be an EC key on P-256"};
  } else if (EVP_PKEY_get_base_id(key_.get()) != EVP_PKEY_RSA ||
             EVP_PKEY_get_bits(key_.get()) < rsa_bits_least) {
    throw KeyError{"it must be an RSA key of at least 2048 bits"};
  }
}

std::string JwtSigner::token(std::string_view claims, std::string_view key_id) const {
  nlohmann::json header{{"alg", algorithm_ == Algorithm::es256 ? "ES256" : "RS256"},
                        {"typ", "JWT"}};
  if (!key_id.empty()) header["kid"] = key_id;
  auto text = sip::base64url(header.dump()) + '.' + sip::base64url(claims);
  const auto signature = sign(text);
  return text.append(".").append(sip::base64url(signature));
}

std::string JwtSigner::sign(std::string_view text) const {
  const DigestPtr digest{EVP_MD_CTX_new()};
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t length = 0;
  bool done = digest &&
              EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
              EVP_DigestSign(digest.get(), nullptr, &length, bytes, text.size()) == 1;
  std::string signature(length, '\0');
  done = done && EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                &length, bytes, text.size()) == 1;
  if (!done) throw std::runtime_error{"signing failed: " + last_tls_error()};
  signature.resize(length);
  return algorithm_ == Algorithm::es256 ? to_raw(signature) : signature;
}

std::string JwtSigner::public_point() const {
  if (algorithm_ != Algorithm::es256) return {};
  std::array<unsigned char, 65> point{};
  std::size_t length = 0;
  // A key that came with its point compressed would give it so.
  EVP_PKEY_set_utf8_string_param(key_.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                 OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
  if (EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                      point.size(), &length) != 1)
    throw std::runtime_error{"the public key cannot be had: " + last_tls_error()};
  return {reinterpret_cast<const char*>(point.data()), length};
}

}  // namespace proxy::runtime::push
