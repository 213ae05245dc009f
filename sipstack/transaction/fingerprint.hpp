#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "sipstack/base/ids.hpp"

namespace sip::transaction {

/// 128 bits that stand for a text of any length in a table.
struct Fingerprint {
  std::uint64_t low{0};
  std::uint64_t high{0};
  bool operator==(const Fingerprint&) const = default;
};

/// SipHash-2-4 with a secret key: a peer that chooses branches and Call-IDs can neither make two
/// transactions one nor crowd a bucket.
class Fingerprinter {
 public:
  constexpr Fingerprinter(std::uint64_t key_low, std::uint64_t key_high)
      : k0_{key_low}, k1_{key_high} {}
  explicit Fingerprinter(IdSource& ids) : k0_{ids.next()}, k1_{ids.next()} {}

  Fingerprint of(std::string_view text) const;

 private:
  std::uint64_t k0_;
  std::uint64_t k1_;
};

}  // namespace sip::transaction

template <>
struct std::hash<sip::transaction::Fingerprint> {
  std::size_t operator()(const sip::transaction::Fingerprint& f) const noexcept { return f.low; }
};
