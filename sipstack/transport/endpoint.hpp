#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sip {

/// An IPv4 or IPv6 address as 16 bytes; IPv4 is kept mapped (::ffff:a.b.c.d), so that a
/// dual-stack socket and an IPv4 socket name one peer alike.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  bool is_v4() const;
  bool is_unspecified() const;
  bool is_loopback() const;
  /// Accepts 192.0.2.1, 2001:db8::1 and [2001:db8::1]; no zone, no name.
  static std::optional<Address> parse(std::string_view text);
  static Address v4(std::uint32_t host_order);
  /// 192.0.2.1 or 2001:db8::1, without brackets.
  std::string to_string() const;
  auto operator<=>(const Address&) const = default;
};

/// Address and port.
struct Endpoint {
  Address address{};
  std::uint16_t port{0};

  /// 192.0.2.1:5060 or [2001:db8::1]:5060.
  std::string to_string() const;
  /// Needs the port: "127.0.0.1:5060", "[::]:0".
  static std::optional<Endpoint> parse(std::string_view text);
  auto operator<=>(const Endpoint&) const = default;
};

/// A block of addresses in CIDR notation; a bare address is its own block.
struct AddressBlock {
  Address base{};
  unsigned prefix{128};  ///< in bits of the 16-byte form

  static std::optional<AddressBlock> parse(std::string_view text);
  bool contains(const Address& address) const;
  bool operator==(const AddressBlock&) const = default;
};

/// The host part of a URI or Via: brackets around IPv6.
std::string host_text(const Address& address);

}  // namespace sip

template <>
struct std::hash<sip::Endpoint> {
  std::size_t operator()(const sip::Endpoint& e) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, e.address.bytes.data(), 16);
    std::uint64_t h = halves[0] * 0x9E3779B97F4A7C15ULL ^ halves[1];
    h ^= e.port;
    h *= 0xD6E8FEB86659FD93ULL;
    return static_cast<std::size_t>(h ^ (h >> 32));
  }
};
