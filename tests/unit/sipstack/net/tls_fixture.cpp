#include "tests/unit/sipstack/net/tls_fixture.hpp"

#include <openssl/err.h>

#include <array>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <fstream>

namespace sip::net {

using boost::asio::ip::tcp;

Certificates::Certificates() {
  std::string name = (std::filesystem::temp_directory_path() / "sip-net-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
  folder_ = name;
}
Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Certificates::write(const std::string& name, const std::string& text) {
  std::ofstream{path(name), std::ios::binary} << text;
  return path(name);
}

IdentityFiles Certificates::make(const std::string& name, std::chrono::hours life) {
  const auto begin = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) -
                     std::chrono::hours{1};
  const auto made = make_self_signed({name}, {Address::v4(0x7F000001)}, begin, begin + life);
  return {write(name + ".pem", made.certificate), write(name + ".key", made.private_key)};
}

TlsPeer::TlsPeer(tcp::socket socket, const SslContextPtr& context, bool client)
    : socket_{std::move(socket)}, ssl_{SSL_new(context.get())} {
  socket_.non_blocking(true);
  SSL_set_fd(ssl_.get(), socket_.native_handle());
  client ? SSL_set_connect_state(ssl_.get()) : SSL_set_accept_state(ssl_.get());
}

bool TlsPeer::shake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return true;
  const int error = SSL_get_error(ssl_.get(), result);
  broken_ = error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
  return broken_;
}

void TlsPeer::write(const std::string& text) {
  SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
}

bool TlsPeer::read(std::string& into) {
  std::array<char, 65'536> bytes{};
  while (!broken_) {
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count > 0) {
      into.append(bytes.data(), static_cast<std::size_t>(count));
      continue;
    }
    if (SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_READ) return true;
    broken_ = true;
  }
  return false;
}

std::string TlsPeer::fingerprint() const {
  const X509Ptr shown{SSL_get1_peer_certificate(ssl_.get())};
  return shown ? facts_of(*shown, {}).fingerprint : "none";
}

TlsTest::TlsTest() : client_{SSL_CTX_new(TLS_client_method())} {
  tls_.files = certificates_.make("default.example");
}

void TlsTest::listen_tls(Transport transport) {
  settings_.tls = TlsContext::load(tls_);
  listen({transport});
}

tcp::socket TlsTest::connect_plain() {
  tcp::socket peer{io_};
  peer.connect(to_asio(bound()));
  return peer;
}

std::unique_ptr<TlsPeer> TlsTest::shake(std::unique_ptr<TlsPeer> peer) {
  run_until([&peer] { return peer->shake(); });
  return peer;
}

std::unique_ptr<TlsPeer> TlsTest::connect(const std::string& server_name) {
  auto peer = std::make_unique<TlsPeer>(connect_plain(), client_, true);
  if (!server_name.empty()) peer->ask_for(server_name);
  return shake(std::move(peer));
}

std::string TlsTest::read(TlsPeer& peer, std::size_t count) {
  std::string text;
  run_until([&] { return !peer.read(text) || text.size() >= count; });
  return text;
}

std::string TlsTest::read(tcp::socket& peer, std::size_t count) {
  peer.non_blocking(true);
  std::string text;
  run_until([&] {
    boost::system::error_code error;
    while (!error) {
      std::array<char, 65'536> bytes{};
      const auto size = peer.read_some(boost::asio::buffer(bytes), error);
      text.append(bytes.data(), size);
    }
    return text.size() >= count || error != boost::asio::error::would_block;
  });
  return text;
}

}  // namespace sip::net
