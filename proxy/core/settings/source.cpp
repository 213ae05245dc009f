#include "proxy/core/settings/source.hpp"

#include <algorithm>

namespace proxy {
namespace {

constexpr std::size_t kept_bytes = 8;  // of an IPv6 address: 64 bits

}  // namespace

sip::Address source_of(const sip::Address& address) {
  if (address.is_v4()) return address;
  sip::Address source = address;
  std::fill(source.bytes.begin() + kept_bytes, source.bytes.end(), std::uint8_t{0});
  return source;
}

std::string source_text(const sip::Address& source) {
  return source.is_v4() ? source.to_string() : source.to_string() + "/64";
}

std::optional<sip::Address> parse_source(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = sip::Address::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash != std::string_view::npos) {
    const auto block = sip::AddressBlock::parse(text);
    const unsigned whole = address->is_v4() ? 128 : 64;
    if (!block || block->prefix != whole) return std::nullopt;
  }
  return source_of(*address);
}

}  // namespace proxy
