#include "sipstack/transport/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace sip {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Clears the bits behind the prefix, so that a block has one form however it was written.
Address mask(Address address, unsigned prefix) {
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned kept = std::min(8U, prefix - std::min(prefix, i * 8));
    address.bytes[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
  }
  return address;
}

}  // namespace

bool Address::is_v4() const {
  return std::memcmp(bytes.data(), mapped_prefix.data(), mapped_prefix.size()) == 0;
}

bool Address::is_unspecified() const { return *this == Address{} || *this == v4(0); }

bool Address::is_loopback() const {
  if (is_v4()) return bytes[12] == 127;
  Address one;
  one.bytes[15] = 1;
  return *this == one;
}

std::optional<Address> Address::parse(std::string_view text) {
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (bracketed) text = text.substr(1, text.size() - 2);
  const bool v6 = text.find(':') != std::string_view::npos;
  if (bracketed && !v6) return std::nullopt;
  char terminated[INET6_ADDRSTRLEN];
  // A NUL inside would hide what follows it from inet_pton.
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  terminated[text.copy(terminated, text.size())] = '\0';
  Address out;
  if (v6) {
    if (inet_pton(AF_INET6, terminated, out.bytes.data()) != 1) return std::nullopt;
    return out;
  }
  std::ranges::copy(mapped_prefix, out.bytes.begin());
  if (inet_pton(AF_INET, terminated, out.bytes.data() + 12) != 1) return std::nullopt;
  return out;
}

Address Address::v4(std::uint32_t host_order) {
  Address out;
  std::ranges::copy(mapped_prefix, out.bytes.begin());
  for (unsigned i = 0; i < 4; ++i)
    out.bytes[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return out;
}

std::string Address::to_string() const {
  char text[INET6_ADDRSTRLEN];
  const bool short_form = is_v4();
  const char* end = inet_ntop(short_form ? AF_INET : AF_INET6, bytes.data() + (short_form ? 12 : 0),
                              text, sizeof text);
  return end ? std::string{text} : std::string{};
}

std::string Endpoint::to_string() const { return host_text(address) + ":" + std::to_string(port); }

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto host = text.substr(0, colon);
  // Without brackets the last group of an IPv6 address would be read as the port.
  if (!host.starts_with('[') && host.find(':') != std::string_view::npos) return std::nullopt;
  const auto address = Address::parse(host);
  const auto port = parse_number(text.substr(colon + 1), 65535);
  if (!address || !port) return std::nullopt;
  return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::optional<AddressBlock> AddressBlock::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto host = text.substr(0, slash);
  const auto base = Address::parse(host);
  if (!base) return std::nullopt;
  if (slash == std::string_view::npos) return AddressBlock{*base, 128};
  const bool dotted = host.find(':') == std::string_view::npos;
  const auto bits = parse_number(text.substr(slash + 1), dotted ? 32 : 128);
  if (!bits) return std::nullopt;
  const unsigned prefix = static_cast<unsigned>(*bits) + (dotted ? 96 : 0);
  return AddressBlock{mask(*base, prefix), prefix};
}

bool AddressBlock::contains(const Address& address) const {
  return mask(address, prefix) == mask(base, prefix);
}

std::string host_text(const Address& address) {
  return address.is_v4() ? address.to_string() : "[" + address.to_string() + "]";
}

}  // namespace sip
