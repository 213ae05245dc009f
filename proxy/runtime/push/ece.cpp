#include "proxy/runtime/push/ece.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "sipstack/base/base64url.hpp"

namespace proxy::runtime::push {
namespace {

using sip::net::FreedBy;
using sip::net::KeyPtr;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreedBy<EVP_PKEY_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreedBy<EVP_CIPHER_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreedBy<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreedBy<OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, FreedBy<BN_clear_free>>;

constexpr const char* curve = "prime256v1";
constexpr std::size_t point_size = 65;
constexpr std::size_t secret_size = 32;
constexpr std::size_t auth_size = 16;
constexpr std::size_t salt_size = 16;
constexpr std::size_t tag_size = 16;
constexpr std::size_t head_size = salt_size + 4 + 1 + point_size;
constexpr std::uint32_t record_size = 4'096;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::optional<std::string> from_any_base64(std::string_view text) {
  std::string plain{text.substr(0, text.find('='))};
  std::ranges::replace(plain, '+', '-');
  std::ranges::replace(plain, '/', '_');
  return sip::from_base64url(plain);
}

/// A P-256 key from its public point and, when there is one, its private number. OpenSSL refuses
/// points that are not on the curve.
KeyPtr make_key(std::string_view point, std::string_view secret) {
  if (point.size() != point_size || point.front() != 4) return nullptr;
  const ParamBuilder builder{OSSL_PARAM_BLD_new()};
  Number number;
  bool good = builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                         curve, 0) == 1;
  good = good && OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                  point.data(), point.size()) == 1;
  if (!secret.empty()) {
    number.reset(BN_bin2bn(bytes(secret), static_cast<int>(secret.size()), nullptr));
    good = good && number &&
           OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) == 1;
  }
  const Params params{good ? OSSL_PARAM_BLD_to_param(builder.get()) : nullptr};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  good =
      params && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
      EVP_PKEY_fromdata(context.get(), &key,
                        secret.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, params.get()) == 1;
  KeyPtr made{key};
  const KeyContext check{good ? EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr) : nullptr};
  if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
  return made;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string mac(secret_size, '\0');
  std::size_t size = 0;
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(), bytes(text),
                text.size(), bytes(mac), mac.size(), &size) == nullptr ||
      size != mac.size())
    throw std::runtime_error{"HMAC: " + sip::net::last_tls_error()};
  return mac;
}

struct RecordKeys {
  std::string key;
  std::string nonce;
};

/// RFC 8291 section 3.4.
RecordKeys record_keys(std::string_view shared, std::string_view auth, std::string_view receiver,
                       std::string_view sender, std::string_view salt) {
  std::string info{"WebPush: info"};
  info.append(1, '\0').append(receiver).append(sender).append(1, '\1');
  const std::string input = hmac_sha256(hmac_sha256(auth, shared), info);
  const std::string base = hmac_sha256(salt, input);
  const auto derive = [&base](std::string_view name, std::size_t size) {
    std::string text{"Content-Encoding: "};
    text.append(name).append(1, '\0').append(1, '\1');
    return hmac_sha256(base, text).substr(0, size);
  };
  return {derive("aes128gcm", 16), derive("nonce", 12)};
}

/// Text and tag; empty when OpenSSL fails.
std::string seal(const RecordKeys& keys, std::string_view text) {
  const Cipher cipher{EVP_CIPHER_CTX_new()};
  std::string out(text.size() + tag_size, '\0');
  int size = 0;
  int rest = 0;
  const bool good = cipher &&
                    EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, bytes(keys.key),
                                       bytes(keys.nonce)) == 1 &&
                    EVP_EncryptUpdate(cipher.get(), bytes(out), &size, bytes(text),
                                      static_cast<int>(text.size())) == 1 &&
                    EVP_EncryptFinal_ex(cipher.get(), bytes(out) + size, &rest) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG,
                                        static_cast<int>(tag_size), bytes(out) + text.size()) == 1;
  return good ? out : std::string{};
}

std::optional<std::string> unseal(const RecordKeys& keys, std::string_view sealed) {
  if (sealed.size() < tag_size) return std::nullopt;
  const auto text = sealed.substr(0, sealed.size() - tag_size);
  std::string tag{sealed.substr(text.size())};
  const Cipher cipher{EVP_CIPHER_CTX_new()};
  std::string out(text.size() + tag_size, '\0');
  int size = 0;
  int rest = 0;
  const bool good = cipher &&
                    EVP_DecryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, bytes(keys.key),
                                       bytes(keys.nonce)) == 1 &&
                    EVP_DecryptUpdate(cipher.get(), bytes(out), &size, bytes(text),
                                      static_cast<int>(text.size())) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG,
                                        static_cast<int>(tag_size), bytes(tag)) == 1 &&
                    EVP_DecryptFinal_ex(cipher.get(), bytes(out) + size, &rest) == 1;
  if (!good) return std::nullopt;
  out.resize(text.size());
  return out;
}

}  // namespace

std::optional<SubscriptionKeys> read_subscription_keys(std::string_view p256dh,
                                                       std::string_view auth) {
  auto point = from_any_base64(p256dh);
  auto secret = from_any_base64(auth);
  if (!point || !secret || secret->size() != auth_size || !make_key(*point, {}))
    return std::nullopt;
  return SubscriptionKeys{std::move(*point), std::move(*secret)};
}

MessageKey MessageKey::make() {
  KeyPtr key{EVP_EC_gen(curve)};
  std::string point(point_size, '\0');
  std::size_t size = 0;
  if (!key ||
      EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes(point),
                                      point.size(), &size) != 1 ||
      size != point_size)
    throw std::runtime_error{"cannot make an EC key: " + sip::net::last_tls_error()};
  return {std::move(key), std::move(point)};
}

std::optional<MessageKey> MessageKey::from(std::string_view secret, std::string_view point) {
  if (secret.size() != secret_size) return std::nullopt;
  auto key = make_key(point, secret);
  if (!key) return std::nullopt;
  return MessageKey{std::move(key), std::string{point}};
}

std::string MessageKey::shared_with(std::string_view point) const {
  const auto other = make_key(point, {});
  const KeyContext context{other ? EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)
                                 : nullptr};
  std::string out(secret_size, '\0');
  std::size_t size = out.size();
  const bool good = context && EVP_PKEY_derive_init(context.get()) == 1 &&
                    EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1 &&
                    EVP_PKEY_derive(context.get(), bytes(out), &size) == 1 && size == secret_size;
  return good ? out : std::string{};
}

std::string encrypt_push(std::string_view text, const SubscriptionKeys& keys,
                         const MessageKey& ours, std::string_view salt) {
  const auto shared = ours.shared_with(keys.p256dh);
  if (text.size() > ece_plain_max || salt.size() != salt_size || shared.empty()) return {};
  const auto record = record_keys(shared, keys.auth, keys.p256dh, ours.point(), salt);
  const auto sealed = seal(record, std::string{text} + '\2');  // the mark of the last record
  if (sealed.empty()) return {};
  std::string out{salt};
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<unsigned char>(record_size >> shift));
  out += static_cast<char>(point_size);
  return out.append(ours.point()).append(sealed);
}

std::optional<std::string> decrypt_push(std::string_view message, const MessageKey& theirs,
                                        std::string_view auth) {
  if (message.size() < head_size + tag_size + 1 || message[salt_size + 4] != point_size)
    return std::nullopt;
  const auto salt = message.substr(0, salt_size);
  const auto sender = message.substr(salt_size + 5, point_size);
  const auto shared = theirs.shared_with(sender);
  if (shared.empty()) return std::nullopt;
  auto text =
      unseal(record_keys(shared, auth, theirs.point(), sender, salt), message.substr(head_size));
  if (!text) return std::nullopt;
  const auto end = text->find_last_not_of('\0');  // padding follows the mark
  if (end == std::string::npos || (*text)[end] != '\2') return std::nullopt;
  text->resize(end);
  return text;
}

}  // namespace proxy::runtime::push
