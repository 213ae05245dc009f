#include "sipstack/transport/stun.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace sip {
namespace {

// RFC 5389 sections 6, 15 and 18.
constexpr std::size_t header_bytes = 20;
constexpr std::size_t fingerprint_bytes = 8;
constexpr std::string_view magic_cookie{"\x21\x12\xa4\x42", 4};
constexpr unsigned binding_request = 0x0001;
constexpr unsigned binding_success = 0x0101;
constexpr unsigned binding_error = 0x0111;
constexpr unsigned error_code = 0x0009;
constexpr unsigned unknown_attributes = 0x000a;
constexpr unsigned xor_mapped_address = 0x0020;
constexpr unsigned fingerprint = 0x8028;
constexpr unsigned first_optional = 0x8000;  ///< below: whoever does not know it must say so
/// Attributes that mean nothing to a keep-alive but are no reason to refuse one: MAPPED-ADDRESS,
/// USERNAME, MESSAGE-INTEGRITY, REALM, NONCE.
constexpr std::array<unsigned, 5> known{0x0001, 0x0006, 0x0008, 0x0014, 0x0015};
constexpr std::size_t unknown_max = 8;  ///< more are not named: an answer stays short

unsigned byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}
unsigned number16(std::string_view text, std::size_t at) {
  return byte(text, at) << 8 | byte(text, at + 1);
}
std::uint32_t number32(std::string_view text, std::size_t at) {
  return std::uint32_t{number16(text, at)} << 16 | number16(text, at + 2);
}
void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8 & 255);
  out += static_cast<char>(value & 255);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0xedb88320U : 0U);
    table[i] = rest;
  }
  return table;
}

struct Request {
  std::vector<unsigned> unknown;  ///< attributes it demands to be known
  bool has_fingerprint{false};
};

/// Goes through the attributes; nothing when they do not fill the message to its last byte.
std::optional<Request> read_attributes(std::string_view message) {
  Request request;
  std::size_t at = header_bytes;
  while (at < message.size()) {
    if (request.has_fingerprint) return std::nullopt;  // it must be the last one
    const unsigned type = number16(message, at);
    const std::size_t length = number16(message, at + 2);
    const std::size_t padded = (length + 3) / 4 * 4;
    if (message.size() - at - 4 < padded) return std::nullopt;
    if (type == fingerprint) {
      const auto covered = message.substr(0, at);
      if (length != 4 || number32(message, at + 4) != stun_fingerprint(covered))
        return std::nullopt;
      request.has_fingerprint = true;
    } else if (type < first_optional && std::ranges::find(known, type) == known.end() &&
               request.unknown.size() < unknown_max) {
      request.unknown.push_back(type);
    }
    at += 4 + padded;
  }
  return request;
}

void put_mapped_address(std::string& out, const Endpoint& source, std::string_view transaction) {
  const bool v4 = source.address.is_v4();
  const std::size_t size = v4 ? 4 : 16;
  put16(out, xor_mapped_address);
  put16(out, static_cast<unsigned>(4 + size));
  put16(out, v4 ? 1 : 2);
  put16(out, source.port ^ number16(magic_cookie, 0));
  std::string mask{magic_cookie};
  mask += transaction;
  for (std::size_t i = 0; i < size; ++i)
    out += static_cast<char>(source.address.bytes[16 - size + i] ^ byte(mask, i));
}

void put_unknown(std::string& out, const std::vector<unsigned>& unknown) {
  constexpr std::string_view reason = "Unknown";
  put16(out, error_code);
  put16(out, static_cast<unsigned>(4 + reason.size()));
  put32(out, 4U << 8 | 20U);
  out.append(reason).append((4 - reason.size() % 4) % 4, '\0');
  put16(out, unknown_attributes);
  put16(out, static_cast<unsigned>(2 * unknown.size()));
  for (const unsigned type : unknown) put16(out, type);
  if (unknown.size() % 2 != 0) put16(out, 0);
}

}  // namespace

std::uint32_t stun_fingerprint(std::string_view message) {
  static constexpr auto table = make_crc_table();
  std::uint32_t crc = 0xffffffffU;
  for (const char c : message) crc = crc >> 8 ^ table[(crc ^ static_cast<unsigned char>(c)) & 255];
  return ~crc ^ 0x5354554eU;
}

bool is_stun(std::string_view datagram) {
  return datagram.size() >= header_bytes && (byte(datagram, 0) & 0xc0) == 0 &&
         datagram.substr(4, 4) == magic_cookie;
}

std::optional<std::string> stun_answer(std::string_view datagram, const Endpoint& source) {
  if (!is_stun(datagram) || number16(datagram, 0) != binding_request) return std::nullopt;
  const std::size_t length = number16(datagram, 2);
  if (length % 4 != 0 || length != datagram.size() - header_bytes) return std::nullopt;
  const auto request = read_attributes(datagram);
  if (!request) return std::nullopt;

  std::string out;
  put16(out, request->unknown.empty() ? binding_success : binding_error);
  put16(out, 0);
  out.append(datagram.substr(4, header_bytes - 4));
  if (request->unknown.empty())
    put_mapped_address(out, source, datagram.substr(8, 12));
  else
    put_unknown(out, request->unknown);
  const std::size_t size =
      out.size() - header_bytes + (request->has_fingerprint ? fingerprint_bytes : 0);
  out[2] = static_cast<char>(size >> 8 & 255);
  out[3] = static_cast<char>(size & 255);
  if (!request->has_fingerprint) return out;
  const auto sum = stun_fingerprint(out);
  put16(out, fingerprint);
  put16(out, 4);
  put32(out, sum);
  return out;
}

}  // namespace sip
