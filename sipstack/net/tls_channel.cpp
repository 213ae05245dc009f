#include "sipstack/net/tls_channel.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "sipstack/net/certificate.hpp"
#include "sipstack/net/tls_context.hpp"

namespace sip::net {
namespace {

constexpr std::uint8_t handshake_record = 22;  // RFC 8446 section 5.1
constexpr std::size_t record_bytes = 16'384;

}  // namespace

TlsChannel::TlsChannel(SslPtr ssl, int descriptor, std::shared_ptr<const TlsContext> context)
    : context_{std::move(context)}, end_{descriptor}, ssl_{std::move(ssl)} {
  auto bio = make_socket_bio(end_);
  auto* both = bio.release();
  SSL_set_bio(ssl_.get(), both, both);
}

Progress TlsChannel::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return {};
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return {Progress::State::wait_read};
  if (error == SSL_ERROR_WANT_WRITE) return {Progress::State::wait_write};
  broken_ = true;
  problem_ = explain(error);
  return {Progress::State::ended};
}

std::string TlsChannel::explain(int error) const {
  if (end_.first_byte && *end_.first_byte != handshake_record && !SSL_is_init_finished(ssl_.get()))
    return "no TLS on a TLS connection";
  const auto verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK && error == SSL_ERROR_SSL) {
    ERR_clear_error();
    return std::string{"TLS: certificate not accepted: "} + X509_verify_cert_error_string(verdict);
  }
  if (error == SSL_ERROR_SSL) return "TLS: " + last_tls_error();
  return "TLS: closed before the handshake was done";
}

Progress TlsChannel::outcome(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {Progress::State::wait_read};
    case SSL_ERROR_WANT_WRITE:
      return {Progress::State::wait_write};
    case SSL_ERROR_ZERO_RETURN:
      return {Progress::State::ended};
    default:
      broken_ = true;
      return {Progress::State::ended};
  }
}

Progress TlsChannel::read(std::span<char> into) {
  ERR_clear_error();
  const int count = SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size()));
  if (count <= 0) return outcome(count);
  return {Progress::State::done, static_cast<std::size_t>(count)};
}

/// Small pieces share a record: a message and the head of its WebSocket frame, or a burst.
Progress TlsChannel::write(std::span<const boost::asio::const_buffer> pieces) {
  if (pieces.empty()) return {};
  std::array<char, record_bytes> record;
  const char* from = static_cast<const char*>(pieces.front().data());
  std::size_t size = std::min(pieces.front().size(), record_bytes);
  if (pieces.size() > 1 && size < record_bytes) {
    size = boost::asio::buffer_copy(boost::asio::buffer(record), pieces);
    from = record.data();
  }
  ERR_clear_error();
  const int count = SSL_write(ssl_.get(), from, static_cast<int>(size));
  if (count <= 0) return outcome(count);
  return {Progress::State::done, static_cast<std::size_t>(count)};
}

std::vector<std::string> TlsChannel::proven() const {
  if (SSL_is_server(ssl_.get()) == 0) return {};
  const X509* shown = SSL_get0_peer_certificate(ssl_.get());
  const bool verified = SSL_get_verify_result(ssl_.get()) == X509_V_OK;
  return shown != nullptr && verified ? sip_domains_of(*shown) : std::vector<std::string>{};
}

void TlsChannel::finish() {
  if (broken_ || !SSL_is_init_finished(ssl_.get())) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace sip::net
