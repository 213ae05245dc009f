#include "sipstack/transaction/fingerprint.hpp"

#include <bit>
#include <cstring>

namespace sip::transaction {
namespace {

struct Lanes {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t squeeze() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

/// Up to eight bytes, the first lowest.
std::uint64_t little_endian(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  return word;
}

}  // namespace

Fingerprint Fingerprinter::of(std::string_view text) const {
  Lanes lanes{k0_ ^ 0x736f6d6570736575, k1_ ^ 0x646f72616e646f6d ^ 0xee, k0_ ^ 0x6c7967656e657261,
              k1_ ^ 0x7465646279746573};
  const std::uint64_t size = text.size();
  while (text.size() >= 8) {
    lanes.absorb(little_endian(text.substr(0, 8)));
    text.remove_prefix(8);
  }
  lanes.absorb(little_endian(text) | size << 56);
  lanes.v2 ^= 0xee;
  const std::uint64_t low = lanes.squeeze();
  lanes.v1 ^= 0xdd;
  return {low, lanes.squeeze()};
}

}  // namespace sip::transaction
