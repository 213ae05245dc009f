#include "proxy/runtime/loop/token.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "sipstack/auth/digest.hpp"

namespace proxy::runtime {
namespace {

/// RFC 4648 section 5, without padding. 33 bytes would be 44 digits; 32 are 43.
std::string base64url(const std::array<std::uint8_t, 32>& bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const auto byte : bytes) {
    bits = bits << 8U | byte;
    held += 8;
    while (held >= 6) text += digits[bits >> (held -= 6) & 63U];
  }
  if (held > 0) text += digits[bits << (6 - held) & 63U];
  return text;
}

}  // namespace

Token make_token() {
  std::array<std::uint8_t, 32> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::system_error{errno, std::generic_category(), "no randomness from the system"};
  auto text = "sw_" + base64url(bytes);
  auto hash = sip::auth::hash_hex(sip::auth::Algorithm::sha256, text);
  return {std::move(text), std::move(hash)};
}

}  // namespace proxy::runtime
