#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sipstack/net/certificate.hpp"
#include "sipstack/net/channel.hpp"
#include "sipstack/net/openssl.hpp"

namespace sip::net {

struct TlsSettings {
  struct Host {
    std::string name;  ///< lower case: "sip.example.com" or "*.example.com"
    IdentityFiles files;
  };
  IdentityFiles files;      ///< shown to whoever asks for no name, or one of no host
  std::vector<Host> hosts;  ///< by the name the client asks for (SNI)
  std::string client_ca;    ///< PEM; when set, clients are asked for a certificate signed by one
  bool client_must{true};   ///< none, or another one, ends the handshake; else it proves nothing
  std::string peer_ca;      ///< PEM; trusted beside the system's when we connect
};

/// What all TLS connections share: certificates, ciphers, whom to trust. TLS 1.2 and 1.3. Never
/// changes: to renew the certificates make another one; connections keep what they began with.
class TlsContext : public std::enable_shared_from_this<TlsContext> {
 public:
  /// Reads all files. Throws TlsError.
  static std::shared_ptr<const TlsContext> load(const TlsSettings& settings);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// The server's side of a connection.
  std::unique_ptr<Channel> accept(int descriptor) const;
  /// The same for a stream that does its own reading and writing, and that asks nobody for a
  /// certificate. Who takes it frees it, and keeps this context for as long.
  SSL* make_session() const;
  /// The client's side. The peer's certificate must be trusted and be for `name`, a host name or an
  /// address; its own default one is shown to a peer that asks. Null when that is no name.
  std::unique_ptr<Channel> connect(int descriptor, const std::string& name) const;

  /// The default certificate first.
  const std::vector<CertificateFacts>& certificates() const { return certificates_; }

 private:
  explicit TlsContext(const TlsSettings& settings);

  SslContextPtr make_server(const IdentityFiles& files, const TlsSettings& settings);
  SslContextPtr make_client(const TlsSettings& settings) const;
  SSL_CTX* find(std::string_view name) const;
  static int on_server_name(SSL* ssl, int* alert, void* self);

  std::vector<CertificateFacts> certificates_;
  SslContextPtr server_;
  SslContextPtr client_;
  std::map<std::string, SslContextPtr, std::less<>> hosts_;
};

}  // namespace sip::net
