#include "web/server/password.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"

namespace web::server {
namespace {

struct Cost {
  std::uint64_t log_n{15}, r{8}, p{1};
};
constexpr std::size_t salt_size = 16;
constexpr std::size_t key_size = 32;
constexpr std::uint64_t most_memory = 256U << 20U;

std::vector<std::uint8_t> random_bytes(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1)
    throw std::runtime_error("no randomness from OpenSSL");
  return bytes;
}

std::optional<std::string> derive(std::string_view password, std::string_view salt,
                                  const Cost& cost) {
  std::array<std::uint8_t, key_size> key{};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(salt.data());
  if (EVP_PBE_scrypt(password.data(), password.size(), bytes, salt.size(), 1ULL << cost.log_n,
                     cost.r, cost.p, most_memory, key.data(), key.size()) != 1)
    return std::nullopt;
  return sip::to_hex(key);
}

std::string_view cut(std::string_view& rest) {
  const auto end = rest.find(':');
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

}  // namespace

std::string hash_password(std::string_view password) {
  const Cost cost;
  const auto salt = random_hex(salt_size);
  const auto key = derive(password, salt, cost);
  if (!key) throw std::runtime_error("scrypt failed");
  return "scrypt:" + std::to_string(cost.log_n) + ':' + std::to_string(cost.r) + ':' +
         std::to_string(cost.p) + ':' + salt + ':' + *key;
}

bool is_password(std::string_view hash, std::string_view password) {
  constexpr std::uint64_t most_log_n = 20;
  if (cut(hash) != "scrypt") return false;
  const auto log_n = sip::parse_number(cut(hash), most_log_n);
  const auto r = sip::parse_number(cut(hash), 64);
  const auto p = sip::parse_number(cut(hash), 64);
  const auto salt = cut(hash);
  if (!log_n || *log_n == 0 || !r || *r == 0 || !p || *p == 0) return false;
  const auto key = derive(password, salt, Cost{*log_n, *r, *p});
  return key && sip::auth::same_secret(*key, hash);
}

std::string make_password() {
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(letters.size() == 32, "a power of two, so that none is likelier than another");
  constexpr std::size_t length = 20;
  std::string password;
  for (const auto byte : random_bytes(length)) password += letters[byte % letters.size()];
  return password;
}

std::string random_hex(std::size_t bytes) { return sip::to_hex(random_bytes(bytes)); }

}  // namespace web::server
