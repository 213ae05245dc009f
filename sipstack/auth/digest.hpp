#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/message/error.hpp"

namespace sip::auth {

enum class Algorithm : std::uint8_t { md5, sha256, sha512_256 };

/// All that are known, the strongest first (RFC 8760 section 2.4).
inline constexpr std::array strongest_first{Algorithm::sha512_256, Algorithm::sha256,
                                            Algorithm::md5};

std::string_view to_string(Algorithm algorithm);  ///< "MD5", "SHA-256", "SHA-512-256"
/// Nothing when it is unknown; an empty name means MD5.
std::optional<Algorithm> parse_algorithm(std::string_view name);

/// Lower-case hex digest of text.
std::string hash_hex(Algorithm algorithm, std::string_view text);
/// H(user:realm:password), lower-case hex (RFC 7616 section 3.4.2).
std::string ha1(Algorithm algorithm, std::string_view user, std::string_view realm,
                std::string_view password);

/// The fields of one Authorization or Proxy-Authorization value. Owns its strings.
struct Credentials {
  std::string username;
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string response;
  std::string cnonce;
  std::string opaque;
  std::string qop;  ///< empty (RFC 2069 style) or "auth"
  std::uint32_t nc{0};
  std::string nc_text;  ///< as written, 8 hex digits
  Algorithm algorithm{Algorithm::md5};

  /// `value` as in the header: "Digest username=...". Refuses other schemes, unknown algorithms,
  /// repeated fields and unterminated quotes.
  static Parsed<Credentials> parse(std::string_view value);
};

/// The response a client with this HA1 would give (RFC 7616 section 3.4.1, qop "auth" or none).
std::string expected_response(const Credentials& credentials, std::string_view ha1_hex,
                              std::string_view method);
/// Constant-time compare of the two.
bool verify(const Credentials& credentials, std::string_view ha1_hex, std::string_view method);

/// "Digest realm=..., nonce=..., algorithm=..., qop="auth"[, stale=true]".
std::string challenge(std::string_view realm, std::string_view nonce, Algorithm algorithm,
                      bool stale);
/// The client's side: an Authorization value for a challenge. Used by our own phones and tests.
std::string answer(std::string_view challenge_value, std::string_view user,
                   std::string_view password, std::string_view method, std::string_view uri,
                   std::string_view cnonce, std::uint32_t nc);

/// Equal length and bytes, in time that does not depend on where they differ.
bool same_secret(std::string_view a, std::string_view b);

/// HMAC-SHA-256, raw 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace sip::auth
