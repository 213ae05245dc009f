#include "sipstack/auth/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <stdexcept>

#include "sipstack/auth/fields.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace sip::auth {
namespace {

struct FreeDigest {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};
using FetchedDigest = std::unique_ptr<EVP_MD, FreeDigest>;

FetchedDigest fetch(const char* name) {
  FetchedDigest md{EVP_MD_fetch(nullptr, name, nullptr)};
  if (!md) throw std::runtime_error{std::string{"OpenSSL has no "} + name};
  return md;
}

/// Fetched once: a fetch costs several times what it takes to hash a short text.
const EVP_MD* digest_of(Algorithm algorithm) {
  static const FetchedDigest md5 = fetch("MD5");
  static const FetchedDigest sha256 = fetch("SHA2-256");
  static const FetchedDigest sha512_256 = fetch("SHA2-512/256");
  if (algorithm == Algorithm::md5) return md5.get();
  return algorithm == Algorithm::sha256 ? sha256.get() : sha512_256.get();
}

using RawHash = std::array<std::uint8_t, EVP_MAX_MD_SIZE>;

std::span<const std::uint8_t> hash(Algorithm algorithm, std::string_view text, RawHash& raw) {
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), raw.data(), &size, digest_of(algorithm), nullptr) != 1)
    throw std::runtime_error{"OpenSSL could not hash"};
  return std::span{raw}.first(size);
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  std::size_t size = parts.size();
  for (const auto part : parts) size += part.size();
  text.reserve(size);
  for (const auto part : parts) text.append(part).append(":");
  text.pop_back();
  return text;
}

bool lists_auth(std::string_view qop) {
  while (const auto item = take_list_item(qop))
    if (iequals(*item, "auth")) return true;
  return false;
}

std::string eight_hex(std::uint32_t number) {
  const std::array<std::uint8_t, 4> bytes{
      static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
      static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
  return to_hex(bytes);
}

}  // namespace

std::string_view to_string(Algorithm algorithm) {
  if (algorithm == Algorithm::md5) return "MD5";
  return algorithm == Algorithm::sha256 ? "SHA-256" : "SHA-512-256";
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  if (name.empty()) return Algorithm::md5;
  for (const Algorithm known : strongest_first)
    if (iequals(name, to_string(known))) return known;
  return std::nullopt;
}

std::string hash_hex(Algorithm algorithm, std::string_view text) {
  RawHash raw;
  return to_hex(hash(algorithm, text, raw));
}

std::string ha1(Algorithm algorithm, std::string_view user, std::string_view realm,
                std::string_view password) {
  return hash_hex(algorithm, joined({user, realm, password}));
}

std::string expected_response(const Credentials& c, std::string_view ha1_hex,
                              std::string_view method) {
  const std::string ha2 = hash_hex(c.algorithm, joined({method, c.uri}));
  if (c.qop.empty()) return hash_hex(c.algorithm, joined({ha1_hex, c.nonce, ha2}));
  return hash_hex(c.algorithm, joined({ha1_hex, c.nonce, c.nc_text, c.cnonce, c.qop, ha2}));
}

bool verify(const Credentials& credentials, std::string_view ha1_hex, std::string_view method) {
  return same_secret(expected_response(credentials, ha1_hex, method), credentials.response);
}

std::string challenge(std::string_view realm, std::string_view nonce, Algorithm algorithm,
                      bool stale) {
  std::string out{"Digest realm="};
  out.append(quote(realm)).append(", nonce=").append(quote(nonce));
  out.append(", algorithm=").append(to_string(algorithm)).append(", qop=\"auth\"");
  if (stale) out.append(", stale=true");
  return out;
}

std::string answer(std::string_view challenge_value, std::string_view user,
                   std::string_view password, std::string_view method, std::string_view uri,
                   std::string_view cnonce, std::uint32_t nc) {
  const auto fields = FieldList::parse(challenge_value);
  if (!fields || !fields->has(FieldName::realm) || !fields->has(FieldName::nonce)) return {};
  const auto algorithm = parse_algorithm(fields->value(FieldName::algorithm));
  if (!algorithm) return {};
  Credentials c;
  c.algorithm = *algorithm;
  c.username = user;
  c.realm = fields->value(FieldName::realm);
  c.nonce = fields->value(FieldName::nonce);
  c.uri = uri;
  if (lists_auth(fields->value(FieldName::qop))) {
    c.qop = "auth";
    c.cnonce = cnonce;
    c.nc_text = eight_hex(nc);
  } else if (fields->has(FieldName::qop)) {
    return {};
  }
  std::string out{"Digest username="};
  out.append(quote(user)).append(", realm=").append(quote(c.realm));
  out.append(", nonce=").append(quote(c.nonce)).append(", uri=").append(quote(uri));
  out.append(", response=\"");
  out.append(expected_response(c, ha1(c.algorithm, user, c.realm, password), method));
  out.append("\", algorithm=").append(to_string(c.algorithm));
  if (!c.qop.empty())
    out.append(", cnonce=").append(quote(cnonce)).append(", qop=auth, nc=").append(c.nc_text);
  if (fields->has(FieldName::opaque))
    out.append(", opaque=").append(quote(fields->value(FieldName::opaque)));
  return out;
}

Parsed<Credentials> Credentials::parse(std::string_view value) {
  auto fields = FieldList::parse(value);
  if (!fields) return fields.error();
  for (const FieldName name : {FieldName::username, FieldName::realm, FieldName::nonce,
                               FieldName::uri, FieldName::response})
    if (!fields->has(name)) return ParseError{ParseErrc::bad_parameter};
  const auto algorithm = parse_algorithm(fields->value(FieldName::algorithm));
  if (!algorithm) return ParseError{ParseErrc::bad_parameter};
  Credentials c;
  c.algorithm = *algorithm;
  c.username = fields->take(FieldName::username);
  c.realm = fields->take(FieldName::realm);
  c.nonce = fields->take(FieldName::nonce);
  c.uri = fields->take(FieldName::uri);
  c.response = to_lower(fields->value(FieldName::response));
  c.cnonce = fields->take(FieldName::cnonce);
  c.opaque = fields->take(FieldName::opaque);
  c.qop = fields->take(FieldName::qop);
  const std::size_t digits = c.algorithm == Algorithm::md5 ? 32 : 64;
  if (c.response.size() != digits || !from_hex(c.response) || c.nonce.empty() || c.uri.empty())
    return ParseError{ParseErrc::bad_parameter};
  if (c.qop.empty()) {
    // What is not hashed proves nothing: without qop a count may be anybody's.
    if (fields->has(FieldName::qop)) return ParseError{ParseErrc::bad_parameter};
    return c;
  }
  c.nc_text = fields->take(FieldName::nc);
  const auto count = from_hex(c.nc_text);
  if (c.qop != "auth" || c.cnonce.empty() || c.nc_text.size() != 8 || !count)
    return ParseError{ParseErrc::bad_parameter};
  for (const char byte : *count) c.nc = c.nc << 8 | static_cast<std::uint8_t>(byte);
  if (c.nc == 0) return ParseError{ParseErrc::bad_number};
  return c;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  constexpr std::size_t block = 64;
  RawHash raw;
  std::string inner{key.size() > block ? as_text(hash(Algorithm::sha256, key, raw)) : key};
  inner.resize(block);
  std::string outer = inner;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  inner += text;
  outer += as_text(hash(Algorithm::sha256, inner, raw));
  return std::string{as_text(hash(Algorithm::sha256, outer, raw))};
}

}  // namespace sip::auth
