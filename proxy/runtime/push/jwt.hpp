#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sipstack/net/openssl.hpp"

namespace proxy::runtime::push {

/// A private key cannot be used. what() says why, and nothing of the key.
class KeyError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Signs JSON Web Tokens (RFC 7515) with a private key of a PEM text: ES256 with an EC key on
/// P-256, RS256 with an RSA key of at least 2,048 bits. Used by APNs and Web Push, and by FCM.
class JwtSigner {
 public:
  enum class Algorithm : std::uint8_t { es256, rs256 };

  /// Throws KeyError when the text holds no key of that kind, or one with a passphrase.
  JwtSigner(std::string_view pem, Algorithm algorithm);

  /// "header.claims.signature", from two JSON objects. `claims` is signed as it is; the header gets
  /// "alg" and "typ", and "kid" when one is given. Throws std::runtime_error when OpenSSL fails.
  std::string token(std::string_view claims, std::string_view key_id = {}) const;

  /// EC: the public point, uncompressed, 65 bytes (RFC 8292 section 3.2). Empty for RSA.
  std::string public_point() const;

 private:
  std::string sign(std::string_view text) const;

  Algorithm algorithm_;
  sip::net::KeyPtr key_;
};

}  // namespace proxy::runtime::push
