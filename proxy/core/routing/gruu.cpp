#include "proxy/core/routing/gruu.hpp"

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/base64url.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::routing {
namespace {

constexpr std::string_view prefix = "tgruu.";
constexpr std::size_t meaning_bytes = 18;  ///< device 6, registration 8, number 4
constexpr std::size_t signature_bytes = 12;

// RFC 3261 section 25.1: what stands in a user or a parameter value without an escape.
constexpr auto user_chars = sip::CharSet::alphanumeric_and("-_.!~*'()&=+$,;?/");
constexpr auto param_chars = sip::CharSet::alphanumeric_and("-_.!~*'()[]/:&+$");

void append_escaped(std::string& out, std::string_view text, const sip::CharSet& plain) {
  for (const char c : text) {
    if (plain.has(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out.append("%").append(sip::to_hex({&byte, 1}));
  }
}

/// Signature first: it is what the key stream is made from, so no two texts share one.
std::string seal(std::string_view meaning, std::string_view key) {
  std::string text{"temporary gruu"};
  return sip::auth::hmac_sha256(key, text.append(meaning)).substr(0, signature_bytes);
}

std::string veil(std::string_view text, std::string_view signature, std::string_view key) {
  std::string seed{"temporary gruu veil"};
  const auto stream = sip::auth::hmac_sha256(key, seed.append(signature));
  std::string out{text};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ stream[i]);
  return out;
}

std::uint64_t take_number(std::string_view& text, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i)
    value |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  text.remove_prefix(bytes);
  return value;
}

}  // namespace

std::string public_gruu(std::string_view aor, std::string_view instance) {
  const auto at = aor.rfind('@');
  std::string out{"sip:"};
  append_escaped(out, aor.substr(0, at), user_chars);
  out.append(aor.substr(at)).append(";gr=");
  append_escaped(out, instance, param_chars);
  return out;
}

std::uint64_t registration_mark(std::string_view call_id, std::string_view key) {
  std::string text{"registration"};
  const auto hash = sip::auth::hmac_sha256(key, text.append(call_id));
  std::string_view rest = hash;
  return take_number(rest, 8);
}

std::string temporary_user(const TemporaryGruu& gruu, std::string_view key) {
  std::string meaning;
  sip::put_number(meaning, static_cast<std::uint64_t>(gruu.device), 6);
  sip::put_number(meaning, gruu.registration, 8);
  sip::put_number(meaning, gruu.number, 4);
  const auto signature = seal(meaning, key);
  std::string out{prefix};
  return out.append(sip::base64url(signature + veil(meaning, signature, key)));
}

std::optional<TemporaryGruu> read_temporary_user(std::string_view user, std::string_view key) {
  constexpr std::size_t bytes = signature_bytes + meaning_bytes;
  if (!user.starts_with(prefix) || user.size() != prefix.size() + bytes / 3 * 4)
    return std::nullopt;
  const auto text = sip::from_base64url(user.substr(prefix.size()));
  if (!text || text->size() != bytes) return std::nullopt;
  const auto signature = std::string_view{*text}.substr(0, signature_bytes);
  const auto meaning = veil(std::string_view{*text}.substr(signature_bytes), signature, key);
  if (!sip::auth::same_secret(signature, seal(meaning, key))) return std::nullopt;
  std::string_view rest = meaning;
  TemporaryGruu gruu;
  gruu.device = static_cast<std::int64_t>(take_number(rest, 6));
  gruu.registration = take_number(rest, 8);
  gruu.number = static_cast<std::uint32_t>(take_number(rest, 4));
  return gruu;
}

}  // namespace proxy::routing
