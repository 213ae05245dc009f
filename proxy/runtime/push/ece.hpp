#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/net/openssl.hpp"

namespace proxy::runtime::push {

/// Where a push message is encrypted to: what a browser's subscription gives (RFC 8291
/// section 3.2).
struct SubscriptionKeys {
  std::string p256dh;  ///< its public key, an uncompressed point on P-256, 65 bytes
  std::string auth;    ///< its authentication secret, 16 bytes
};

/// Reads both from base64url or plain base64, padded or not. Nothing when one of them is no such
/// key: a point that is not on the curve gives our secret away.
std::optional<SubscriptionKeys> read_subscription_keys(std::string_view p256dh,
                                                       std::string_view auth);

/// Our side of one message: a key pair that is used once.
class MessageKey {
 public:
  /// A new one. Throws std::runtime_error when OpenSSL fails.
  static MessageKey make();
  /// A known one, for tests: the private number and the public point, 32 and 65 bytes.
  static std::optional<MessageKey> from(std::string_view secret, std::string_view point);

  const std::string& point() const { return point_; }
  /// The ECDH secret with the other side's public point; empty when that is none.
  std::string shared_with(std::string_view point) const;

 private:
  MessageKey(sip::net::KeyPtr key, std::string point)
      : key_{std::move(key)}, point_{std::move(point)} {}

  sip::net::KeyPtr key_;
  std::string point_;
};

/// The most that one record holds (RFC 8291 section 4).
inline constexpr std::size_t ece_plain_max = 3'993;

/// Content coding aes128gcm (RFC 8188) for one subscription (RFC 8291): header and one record.
/// `salt` is 16 random bytes, used once. Empty when the text is too long or OpenSSL fails.
std::string encrypt_push(std::string_view text, const SubscriptionKeys& keys,
                         const MessageKey& ours, std::string_view salt);

/// The way back, as a browser goes it: for tests and the stand-in. `theirs` is the subscription's
/// own key pair. Nothing when the message is not for it or was changed.
std::optional<std::string> decrypt_push(std::string_view message, const MessageKey& theirs,
                                        std::string_view auth);

}  // namespace proxy::runtime::push
