#include "sipstack/transport/utf8.hpp"

#include <cstddef>

namespace sip {
namespace {

/// The bytes a character takes whose first is `lead`, and what its second may be; 0: none begins
/// like this (RFC 3629 section 4).
struct Shape {
  std::size_t size{0};
  unsigned char low{0x80};
  unsigned char high{0xBF};
};
Shape shape_of(unsigned char lead) {
  if (lead < 0x80) return {1};
  if (lead < 0xC2) return {};
  if (lead < 0xE0) return {2};
  if (lead == 0xE0) return {3, 0xA0};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3};
  if (lead == 0xF0) return {4, 0x90};
  if (lead < 0xF4) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

bool in(unsigned char byte, unsigned char low, unsigned char high) {
  return byte >= low && byte <= high;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  for (std::size_t at = 0; at < text.size();) {
    const auto shape = shape_of(byte(at));
    if (shape.size == 0 || shape.size > text.size() - at) return false;
    if (shape.size > 1 && !in(byte(at + 1), shape.low, shape.high)) return false;
    for (std::size_t i = 2; i < shape.size; ++i)
      if (!in(byte(at + i), 0x80, 0xBF)) return false;
    at += shape.size;
  }
  return true;
}

}  // namespace sip
