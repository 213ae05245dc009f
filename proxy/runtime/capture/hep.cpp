#include "proxy/runtime/capture/hep.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

#include "sipstack/base/text.hpp"

namespace proxy::capture {
namespace {

enum class Chunk : std::uint16_t {
  family = 0x0001,
  protocol = 0x0002,
  source_v4 = 0x0003,
  target_v4 = 0x0004,
  source_v6 = 0x0005,
  target_v6 = 0x0006,
  source_port = 0x0007,
  target_port = 0x0008,
  seconds = 0x0009,
  microseconds = 0x000a,
  payload_type = 0x000b,
  capture_id = 0x000c,
  key = 0x000e,
  payload = 0x000f,
  correlation = 0x0011,
  node_name = 0x0013,
};

constexpr std::string_view magic = "HEP3";
constexpr std::size_t chunk_head = 6;
constexpr std::size_t text_most = 255;
constexpr std::uint8_t family_v4 = 2;
constexpr std::uint8_t family_v6 = 10;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t type_sip = 1;

/// Network byte order.
template <std::unsigned_integral Number>
void put(std::string& out, Number number) {
  for (std::size_t byte = sizeof number; byte-- > 0;)
    out.push_back(static_cast<char>(number >> (8 * byte) & 0xFFU));
}

void put_text(std::string& out, Chunk chunk, std::string_view text) {
  put(out, std::uint16_t{0});
  put(out, static_cast<std::uint16_t>(chunk));
  put(out, static_cast<std::uint16_t>(chunk_head + text.size()));
  out.append(text);
}

template <std::unsigned_integral Number>
void put_number(std::string& out, Chunk chunk, Number number) {
  std::string bytes;
  put(bytes, number);
  put_text(out, chunk, bytes);
}

void put_address(std::string& out, const sip::Address& address, Chunk v4, Chunk v6) {
  std::string_view bytes{reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()};
  if (address.is_v4())
    put_text(out, v4, bytes.substr(12));
  else
    put_text(out, v6, bytes);
}

/// All but the payload, whose chunk comes last.
std::string head_of(const HepView& view) {
  const auto since = view.at.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  std::string out{magic};
  put(out, std::uint16_t{0});
  put_number(out, Chunk::family, view.from.address.is_v4() ? family_v4 : family_v6);
  put_number(out, Chunk::protocol, sip::is_stream(view.transport) ? protocol_tcp : protocol_udp);
  put_address(out, view.from.address, Chunk::source_v4, Chunk::source_v6);
  put_address(out, view.to.address, Chunk::target_v4, Chunk::target_v6);
  put_number(out, Chunk::source_port, view.from.port);
  put_number(out, Chunk::target_port, view.to.port);
  put_number(out, Chunk::seconds, static_cast<std::uint32_t>(seconds.count()));
  put_number(out, Chunk::microseconds, static_cast<std::uint32_t>((since - seconds).count()));
  put_number(out, Chunk::payload_type, type_sip);
  put_number(out, Chunk::capture_id, view.capture_id);
  if (!view.key.empty()) put_text(out, Chunk::key, view.key.substr(0, text_most));
  if (!view.name.empty()) put_text(out, Chunk::node_name, view.name.substr(0, text_most));
  const auto call_id = call_id_in(view.message);
  if (!call_id.empty()) put_text(out, Chunk::correlation, call_id.substr(0, text_most));
  return out;
}

}  // namespace

HepFrame encode(const HepView& view) {
  auto out = head_of(view);
  const auto room = frame_most - out.size() - chunk_head;
  put_text(out, Chunk::payload, view.message.substr(0, room));
  out[4] = static_cast<char>(out.size() >> 8U);
  out[5] = static_cast<char>(out.size() & 0xFFU);
  return {std::move(out), view.message.size() > room};
}

std::string_view call_id_in(std::string_view message) {
  for (std::size_t at = message.find('\n'); at < message.size(); at = message.find('\n', at)) {
    ++at;
    auto line = message.substr(at, message.find('\n', at) - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return {};
    const auto colon = std::min(line.find(':'), line.size());
    const auto name = sip::trim(line.substr(0, colon));
    if (colon < line.size() && (sip::iequals(name, "Call-ID") || sip::iequals(name, "i")))
      return sip::trim(line.substr(colon + 1));
  }
  return {};
}

}  // namespace proxy::capture
