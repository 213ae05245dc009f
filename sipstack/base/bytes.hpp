#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace sip {

/// Immutable bytes that several sends (a request and its retransmissions) share.
using Bytes = std::shared_ptr<const std::string>;

inline Bytes make_bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// Lets an unordered container keyed by string be asked with a string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

}  // namespace sip
