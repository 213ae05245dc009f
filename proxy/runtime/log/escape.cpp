#include "proxy/runtime/log/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace proxy::runtime::log {
namespace {

struct Rune {
  std::uint32_t value{0};
  std::size_t size{0};  ///< 0: not UTF-8
};

/// The first code point of text by RFC 3629: no overlong form, no surrogate.
Rune first_rune(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t size = 0;
  if (lead >= 0xC2 && lead <= 0xDF) size = 2;
  if (lead >= 0xE0 && lead <= 0xEF) size = 3;
  if (lead >= 0xF0 && lead <= 0xF4) size = 4;
  if (size == 0 || text.size() < size) return {};
  std::uint32_t value = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest[size] || value > 0x10FFFF || surrogate) return {};
  return {value, size};
}

/// Code points that move the cursor, end a line or turn the text round.
bool is_hidden(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

void put_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += "\\x";
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
  }
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto rune = first_rune(bytes);
    const auto piece = bytes.substr(0, std::max<std::size_t>(rune.size, 1));
    if (rune.size == 0 || is_hidden(rune.value))
      put_hex(out, piece);
    else
      out += piece;
    bytes.remove_prefix(piece.size());
  }
  return out;
}

std::string text_value(std::string_view bytes) {
  const bool plain = !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  });
  if (plain) return std::string{bytes};
  std::string quoted = "\"";
  while (!bytes.empty()) {
    const auto stop = std::min(bytes.find_first_of("\"\\"), bytes.size());
    quoted += printable(bytes.substr(0, stop));
    if (stop < bytes.size()) {
      quoted += '\\';
      quoted += bytes[stop];
    }
    bytes.remove_prefix(std::min(stop + 1, bytes.size()));
  }
  quoted += '"';
  return quoted;
}

}  // namespace proxy::runtime::log
