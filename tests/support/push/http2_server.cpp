#include "tests/support/push/http2_server.hpp"

#include <openssl/pem.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <stdexcept>

#include "sipstack/net/certificate.hpp"

namespace test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using sip::net::BioPtr;

int choose_h2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
              unsigned offered_size, void*) {
  static constexpr std::array<unsigned char, 3> h2{2, 'h', '2'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, h2.data(), h2.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

BioPtr memory(const std::string& text) {
  return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

}  // namespace

struct Http2Server::Connection::Wire {
  Wire(tcp::socket socket, SSL* ssl) : stream{std::move(socket), ssl} {}
  asio::ssl::stream<tcp::socket> stream;
  std::array<char, 16'384> input{};
};

Http2Server::Connection::Connection(Http2Server& server, tcp::socket socket)
    : server_{server},
      wire_{std::make_unique<Wire>(std::move(socket), SSL_new(server.tls_.get()))} {
  peer_ = std::make_unique<Http2Peer>(
      [this](const Request& request) {
        ++requests;
        server_.script_(*this, request);
      },
      server.streams_);
}
Http2Server::Connection::~Connection() = default;

asio::awaitable<void> Http2Server::Connection::run(std::shared_ptr<Connection>) {
  error_code error;
  co_await wire_->stream.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(asio::use_awaitable, error));
  flush();
  while (!error && !closed_) {
    const auto count = co_await wire_->stream.async_read_some(
        asio::buffer(wire_->input), asio::redirect_error(asio::use_awaitable, error));
    if (error || closed_ || !peer_->receive({wire_->input.data(), count})) break;
    flush();
  }
  close();
}

void Http2Server::Connection::flush() {
  if (closed_ || !writing_.empty()) return;
  writing_ = peer_->take_output();
  if (writing_.empty()) return;
  asio::async_write(wire_->stream, asio::buffer(writing_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      self->writing_.clear();
                      if (!error) self->flush();
                    });
}

void Http2Server::Connection::close() {
  closed_ = true;
  error_code ignored;
  wire_->stream.next_layer().close(ignored);
}

Http2Server::Http2Server(asio::io_context& io, Script script)
    : io_{io},
      acceptor_{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      tls_{SSL_CTX_new(TLS_server_method())},
      script_{std::move(script)} {
  // OpenSSL tells authorities apart by their names.
  const auto name = "stand-in-" + std::to_string(acceptor_.local_endpoint().port()) + ".test";
  const auto today = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto identity =
      sip::net::make_self_signed({name}, {*sip::Address::parse("127.0.0.1")},
                                 today - std::chrono::hours{1}, today + std::chrono::hours{24});
  certificate_ = identity.certificate;
  const auto certificate_bio = memory(identity.certificate);
  const auto key_bio = memory(identity.private_key);
  const sip::net::X509Ptr certificate{
      PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr)};
  const sip::net::KeyPtr key{PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr)};
  if (SSL_CTX_use_certificate(tls_.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(tls_.get(), key.get()) != 1)
    throw std::runtime_error{"no certificate"};
  SSL_CTX_set_alpn_select_cb(tls_.get(), choose_h2, nullptr);
  asio::co_spawn(io_, accept(), asio::detached);
}

Http2Server::~Http2Server() { stop(); }

void Http2Server::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  for (const auto& weak : connections)
    if (const auto connection = weak.lock()) connection->close();
}

std::string Http2Server::url() const {
  return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

asio::awaitable<void> Http2Server::accept() {
  while (acceptor_.is_open()) {
    error_code error;
    auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    if (mode_ == Mode::close_at_once) continue;
    socket.set_option(tcp::no_delay{true}, error);
    auto connection = std::make_shared<Connection>(*this, std::move(socket));
    connections.push_back(connection);
    if (mode_ == Mode::mute) {
      muted_.push_back(std::move(connection));
      continue;
    }
    asio::co_spawn(io_, connection->run(connection), asio::detached);
  }
}

}  // namespace test
