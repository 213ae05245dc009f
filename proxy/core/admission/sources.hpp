#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sipstack/base/allowance.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy::admission {

/// What one source has spent. A source that owes nothing needs no entry.
struct SourceEntry {
  sip::Address who{};  ///< as source_of() gives it; all zero: free
  sip::Allowance messages;
  sip::Allowance requests;
  sip::Allowance failures;
  sip::Allowance pushes;
  /// Hashes of the nonces it was challenged with last: an answer with one of them came from where
  /// the challenge went to.
  std::array<std::uint32_t, 4> nonces{};
  std::uint8_t next_nonce{0};
  bool told{false};
  sip::TimePoint told_at{};  ///< when the log last said that it is limited

  std::chrono::nanoseconds debt(sip::TimePoint now) const;
};

/// The sources that owe something, in a table that never grows beyond its limit. Where it is full
/// the one that owes least makes room: a flood of forged sources, each of which owes next to
/// nothing, drives out no other, and who is driven out begins with full budgets.
class Sources {
 public:
  /// `limit`: entries, rounded up to whole sets of eight. `seed` is secret, so that nobody can aim
  /// at the set of another source.
  Sources(std::size_t limit, std::uint64_t seed);

  /// The entry of this source, made when there is none. Valid until the next call.
  SourceEntry& at(const sip::Address& who, sip::TimePoint now);
  /// The entry, or nullptr.
  SourceEntry* find(const sip::Address& who);
  std::size_t capacity() const { return entries_.size(); }

 private:
  static constexpr std::size_t ways = 8;

  std::size_t set_of(const sip::Address& who) const;
  void grow(sip::TimePoint now);

  std::size_t limit_;
  std::uint64_t seed_;
  std::vector<SourceEntry> entries_;
};

}  // namespace proxy::admission
