#pragma once
#include <cstddef>
#include <utility>

#include "sipstack/base/bytes.hpp"

namespace sip::transaction {

/// Counts the bytes that transactions hold for retransmission.
class HeldBytes {
 public:
  std::size_t total() const { return total_; }

  /// Puts bytes into a transaction instead of what it held.
  void put(Bytes& slot, Bytes bytes) {
    release(slot);
    total_ += bytes->size();
    slot = std::move(bytes);
  }
  void release(Bytes& slot) {
    if (slot) total_ -= slot->size();
    slot.reset();
  }

 private:
  std::size_t total_{0};
};

/// The same text without spare capacity: it may be held for 32 seconds.
inline Bytes exact(Bytes bytes) {
  constexpr std::size_t tolerated = 64;
  if (bytes->capacity() - bytes->size() <= tolerated) return bytes;
  return make_bytes(std::string{std::string_view{*bytes}});
}

}  // namespace sip::transaction
