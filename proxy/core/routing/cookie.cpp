#include "proxy/core/routing/cookie.hpp"

#include <cstring>

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/base64url.hpp"

namespace proxy::routing {
namespace {

constexpr std::size_t signature_bytes = 12;
constexpr char shard = 0;

// Bits of a side's first byte; the transport is in the low three.
constexpr unsigned v4_bit = 8;
constexpr unsigned connection_bit = 16;
constexpr unsigned device_bit = 32;
constexpr unsigned pbx_bit = 64;
constexpr unsigned trunk_bit = 128;

void put_side(std::string& out, const Side& side) {
  const bool v4 = side.flow.peer.address.is_v4();
  unsigned first = static_cast<unsigned>(side.flow.transport);
  if (v4) first |= v4_bit;
  if (side.flow.connection != 0) first |= connection_bit;
  if (side.device != 0) first |= device_bit;
  if (side.pbx) first |= pbx_bit;
  if (side.trunk != 0) first |= trunk_bit;
  out += static_cast<char>(first);
  out += static_cast<char>(side.flow.listener);
  const auto& bytes = side.flow.peer.address.bytes;
  out.append(reinterpret_cast<const char*>(bytes.data()) + (v4 ? 12 : 0), v4 ? 4 : 16);
  sip::put_number(out, side.flow.peer.port, 2);
  if (side.flow.connection != 0) sip::put_number(out, side.flow.connection, 8);
  if (side.device != 0) sip::put_number(out, static_cast<std::uint64_t>(side.device), 6);
  if (side.trunk != 0) sip::put_number(out, static_cast<std::uint64_t>(side.trunk), 4);
}

/// Reads what put_side wrote; every take checks what is left.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}
  std::optional<std::uint64_t> number(unsigned bytes) {
    if (rest_.size() < bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    rest_.remove_prefix(bytes);
    return value;
  }
  std::optional<Side> side() {
    const auto first = number(1);
    const auto listener = number(1);
    if (!first || !listener || (*first & 7) > static_cast<unsigned>(sip::Transport::wss))
      return std::nullopt;
    Side side;
    side.flow.transport = static_cast<sip::Transport>(*first & 7);
    side.flow.listener = static_cast<std::uint8_t>(*listener);
    side.pbx = (*first & pbx_bit) != 0;
    const std::size_t size = (*first & v4_bit) != 0 ? 4 : 16;
    if (rest_.size() < size) return std::nullopt;
    auto& bytes = side.flow.peer.address.bytes;
    if (size == 4) bytes[10] = bytes[11] = 0xff;
    std::memcpy(bytes.data() + (16 - size), rest_.data(), size);
    rest_.remove_prefix(size);
    const auto port = number(2);
    const auto connection = (*first & connection_bit) != 0 ? number(8) : 0;
    const auto device = (*first & device_bit) != 0 ? number(6) : 0;
    const auto trunk = (*first & trunk_bit) != 0 ? number(4) : 0;
    if (!port || !connection || !device || !trunk) return std::nullopt;
    side.flow.peer.port = static_cast<std::uint16_t>(*port);
    side.flow.connection = *connection;
    side.device = static_cast<std::int64_t>(*device);
    side.trunk = static_cast<std::int64_t>(*trunk);
    return side;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::string sign(std::string_view payload, std::string_view key, std::string_view call_id,
                 std::string_view tag) {
  std::string text;
  sip::put_number(text, payload.size(), 4);  // lengths first: no two inputs make the same text
  sip::put_number(text, call_id.size(), 4);
  text.append(payload).append(call_id).append(tag);
  return sip::auth::hmac_sha256(key, text).substr(0, signature_bytes);
}

}  // namespace

std::string encode(const Cookie& cookie, std::string_view key, std::string_view call_id,
                   std::string_view caller_tag) {
  std::string payload(1, shard);
  put_side(payload, cookie.caller);
  put_side(payload, cookie.callee);
  return sip::base64url(payload + sign(payload, key, call_id, caller_tag));
}

std::optional<Cookie> decode(std::string_view text, std::string_view key, std::string_view call_id,
                             std::string_view caller_tag) {
  if (text.size() > 200) return std::nullopt;
  const auto bytes = sip::from_base64url(text);
  if (!bytes || bytes->size() <= signature_bytes) return std::nullopt;
  const std::string_view payload =
      std::string_view{*bytes}.substr(0, bytes->size() - signature_bytes);
  const std::string_view signature = std::string_view{*bytes}.substr(payload.size());
  if (!sip::auth::same_secret(signature, sign(payload, key, call_id, caller_tag)))
    return std::nullopt;
  Reader reader{payload.substr(1)};
  const auto caller = reader.side();
  const auto callee = reader.side();
  if (!caller || !callee || !reader.at_end()) return std::nullopt;
  return Cookie{*caller, *callee};
}

std::string contact_user(std::string_view key, std::string_view call_id) {
  return "sw-" + sip::base64url(sign("contact", key, call_id, {}));
}

bool is_contact_user(std::string_view user, std::string_view key, std::string_view call_id) {
  return user.starts_with("sw-") && sip::auth::same_secret(user, contact_user(key, call_id));
}

}  // namespace proxy::routing
