#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sipstack/auth/digest.hpp"
#include "sipstack/auth/fields.hpp"
#include "sipstack/auth/nonce.hpp"

namespace {

void expect(bool promise) {
  if (!promise) std::abort();
}

}  // namespace

/// A challenge, credentials and a nonce: none reads past its end, and what is answered verifies.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sip::auth;
  const std::string text{reinterpret_cast<const char*>(data), size};
  (void)FieldList::parse(text);
  if (const auto credentials = Credentials::parse(text)) {
    expect(credentials->qop.empty() || credentials->nc != 0);
    (void)verify(*credentials, std::string(64, '0'), "INVITE");
  }
  const NonceBook book{std::string(32, 'k'), sip::WallTime{}, {}};
  expect(book.check(text, sip::WallTime{}) != NonceVerdict::good);
  const auto line = answer(text, "bob", "secret", "INVITE", "sip:bob@example.com", "cn", 1);
  if (line.empty()) return 0;
  const auto own = Credentials::parse(line);
  if (!own) return 0;  // an empty nonce or realm is nobody's challenge
  expect(verify(*own, ha1(own->algorithm, "bob", own->realm, "secret"), "INVITE"));
  expect(!verify(*own, ha1(own->algorithm, "bob", own->realm, "guess"), "INVITE"));
  return 0;
}
