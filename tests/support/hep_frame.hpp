#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/transport/endpoint.hpp"

namespace test {

inline std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = out << 8U | static_cast<unsigned char>(c);
  return out;
}

/// A frame of HEP version 3 taken apart as a capture server does it.
struct HepFrame {
  std::map<std::uint64_t, std::string> chunks;  ///< by type

  static std::optional<HepFrame> read(std::string_view bytes) {
    if (bytes.size() < 6 || bytes.substr(0, 4) != "HEP3") return std::nullopt;
    if (big_endian(bytes.substr(4, 2)) != bytes.size()) return std::nullopt;
    HepFrame frame;
    for (auto rest = bytes.substr(6); !rest.empty();) {
      if (rest.size() < 6) return std::nullopt;
      const auto size = big_endian(rest.substr(4, 2));
      if (size < 6 || size > rest.size() || big_endian(rest.substr(0, 2)) != 0) return std::nullopt;
      frame.chunks.emplace(big_endian(rest.substr(2, 2)), rest.substr(6, size - 6));
      rest.remove_prefix(size);
    }
    return frame;
  }

  std::string text(std::uint64_t type) const {
    const auto at = chunks.find(type);
    return at == chunks.end() ? "" : at->second;
  }
  std::uint64_t number(std::uint64_t type) const { return big_endian(text(type)); }
  std::string message() const { return text(0x0f); }
  std::string first_line() const { return message().substr(0, message().find("\r\n")); }
  sip::Endpoint source() const { return end(0x03, 0x05, 0x07); }
  sip::Endpoint target() const { return end(0x04, 0x06, 0x08); }

 private:
  sip::Endpoint end(std::uint64_t v4, std::uint64_t v6, std::uint64_t port) const {
    sip::Endpoint out;
    out.port = static_cast<std::uint16_t>(number(port));
    if (chunks.contains(v4))
      out.address = sip::Address::v4(static_cast<std::uint32_t>(number(v4)));
    else
      text(v6).copy(reinterpret_cast<char*>(out.address.bytes.data()), out.address.bytes.size());
    return out;
  }
};

}  // namespace test
