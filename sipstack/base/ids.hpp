#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace sip {

/// An integer that only compares with its own kind. Zero means "none".
template <class Tag>
struct Id {
  std::uint64_t value{0};
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

/// Where the core gets its randomness: the operating system in production, a seed in tests.
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::uint64_t next() = 0;
};

/// 16 lower-case hex digits; enough for a tag or a branch (RFC 3261 section 19.3 asks for 32 bits).
std::string random_token(IdSource& ids);

}  // namespace sip

template <class Tag>
struct std::hash<sip::Id<Tag>> {
  std::size_t operator()(sip::Id<Tag> id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
