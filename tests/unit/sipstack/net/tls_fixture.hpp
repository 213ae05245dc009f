#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sipstack/net/certificate.hpp"
#include "sipstack/net/tls_context.hpp"
#include "tests/unit/sipstack/net/net_fixture.hpp"

namespace sip::net {

/// Certificates in a folder of their own.
class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  /// A self-signed one, valid from an hour ago for `life`.
  IdentityFiles make(const std::string& name, std::chrono::hours life = std::chrono::hours{24});
  std::string write(const std::string& name, const std::string& text);
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

/// A peer with OpenSSL of its own on a non-blocking socket; somebody runs the network meanwhile.
class TlsPeer {
 public:
  /// Takes over a connected socket.
  TlsPeer(boost::asio::ip::tcp::socket socket, const SslContextPtr& context, bool client);

  bool shake();  ///< true: the handshake is done or broken
  bool is_secure() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  void ask_for(const std::string& name) { SSL_set_tlsext_host_name(ssl_.get(), name.c_str()); }
  void write(const std::string& text);
  /// Gathers what is there; false once the connection has ended.
  bool read(std::string& into);
  std::string fingerprint() const;  ///< of the certificate it was shown
  std::string version() const { return SSL_get_version(ssl_.get()); }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  SSL* ssl() { return ssl_.get(); }
  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  boost::asio::ip::tcp::socket socket_;
  SslPtr ssl_;
  bool broken_{false};
};

class TlsTest : public NetTest {
 protected:
  TlsTest();

  /// One listener with the settings as they are now.
  void listen_tls(Transport transport = Transport::tls);
  boost::asio::ip::tcp::socket connect_plain();
  /// Connected, and the handshake tried.
  std::unique_ptr<TlsPeer> connect(const std::string& server_name = {});
  std::unique_ptr<TlsPeer> shake(std::unique_ptr<TlsPeer> peer);
  /// What the peer gets until it has `count` bytes or the connection ends.
  std::string read(TlsPeer& peer, std::size_t count);
  std::string read(boost::asio::ip::tcp::socket& peer, std::size_t count);

  Certificates certificates_;
  TlsSettings tls_;
  SslContextPtr client_;  ///< trusts everybody
};

}  // namespace sip::net
