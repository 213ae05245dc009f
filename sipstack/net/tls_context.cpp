#include "sipstack/net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <new>

#include "sipstack/base/text.hpp"
#include "sipstack/net/tls_channel.hpp"

namespace sip::net {
namespace {

/// For TLS 1.2: forward secrecy and authenticated encryption only. TLS 1.3 has no others.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
/// A phone that wakes resumes its session with a ticket, which costs neither side a signature, and
/// us no memory.
constexpr std::array<unsigned char, 3> session_context{'s', 'i', 'p'};

SslContextPtr make_context(const SSL_METHOD* method) {
  SslContextPtr context{SSL_CTX_new(method)};
  if (!context) throw std::bad_alloc{};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context.get(), ciphers);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 1);
  return context;
}

void use(SSL_CTX& context, const Identity& identity, const std::string& file) {
  bool done = SSL_CTX_use_certificate(&context, identity.chain.front().get()) == 1 &&
              SSL_CTX_use_PrivateKey(&context, identity.key.get()) == 1;
  for (std::size_t i = 1; done && i < identity.chain.size(); ++i)
    done = SSL_CTX_add1_chain_cert(&context, identity.chain[i].get()) == 1;
  if (!done) throw TlsError{file + ": cannot be used: " + last_tls_error()};
}

void trust(SSL_CTX& context, const std::string& file) {
  auto* store = SSL_CTX_get_cert_store(&context);
  for (const auto& one : read_certificates(file))
    if (X509_STORE_add_cert(store, one.get()) != 1)
      throw TlsError{file + ": cannot be used: " + last_tls_error()};
}

/// Goes on with whatever was shown; SSL_get_verify_result keeps what was found.
int go_on(int, X509_STORE_CTX*) { return 1; }

/// Names them in the request too, so that a client with several certificates knows which.
void ask_for_certificate(SSL_CTX& context, const TlsSettings& settings) {
  trust(context, settings.client_ca);
  for (const auto& one : read_certificates(settings.client_ca))
    SSL_CTX_add_client_CA(&context, one.get());
  if (settings.client_must)
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  else
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, go_on);
}

}  // namespace

std::shared_ptr<const TlsContext> TlsContext::load(const TlsSettings& settings) {
  return std::shared_ptr<const TlsContext>{new TlsContext{settings}};
}

TlsContext::TlsContext(const TlsSettings& settings)
    : server_{make_server(settings.files, settings)}, client_{make_client(settings)} {
  SSL_CTX_set_tlsext_servername_callback(server_.get(), on_server_name);
  SSL_CTX_set_tlsext_servername_arg(server_.get(), this);
  for (const auto& host : settings.hosts)
    hosts_.insert_or_assign(to_lower(host.name), make_server(host.files, settings));
}

SslContextPtr TlsContext::make_server(const IdentityFiles& files, const TlsSettings& settings) {
  const auto identity = read_identity(files);
  auto context = make_context(TLS_server_method());
  use(*context, identity, files.certificate);
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_session_id_context(context.get(), session_context.data(), session_context.size());
  if (!settings.client_ca.empty()) ask_for_certificate(*context, settings);
  certificates_.push_back(facts_of(*identity.chain.front(), files.certificate));
  return context;
}

SslContextPtr TlsContext::make_client(const TlsSettings& settings) const {
  auto context = make_context(TLS_client_method());
  use(*context, read_identity(settings.files), settings.files.certificate);
  SSL_CTX_set_default_verify_paths(context.get());
  if (!settings.peer_ca.empty()) trust(*context, settings.peer_ca);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  ERR_clear_error();
  return context;
}

/// The exact name, else the wildcard for its first label (RFC 6125 section 6.4.3).
SSL_CTX* TlsContext::find(std::string_view name) const {
  const auto lower = to_lower(name);
  if (const auto at = hosts_.find(lower); at != hosts_.end()) return at->second.get();
  const auto dot = lower.find('.');
  if (dot == std::string::npos) return nullptr;
  const auto at = hosts_.find("*" + lower.substr(dot));
  return at == hosts_.end() ? nullptr : at->second.get();
}

int TlsContext::on_server_name(SSL* ssl, int*, void* self) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  auto* context = name == nullptr ? nullptr : static_cast<TlsContext*>(self)->find(name);
  if (context == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(ssl, context);
  return SSL_TLSEXT_ERR_OK;
}

std::unique_ptr<Channel> TlsContext::accept(int descriptor) const {
  SslPtr ssl{SSL_new(server_.get())};
  if (!ssl) throw std::bad_alloc{};
  SSL_set_accept_state(ssl.get());
  return std::make_unique<TlsChannel>(std::move(ssl), descriptor, shared_from_this());
}

SSL* TlsContext::make_session() const {
  SslPtr ssl{SSL_new(server_.get())};
  if (!ssl) throw std::bad_alloc{};
  SSL_set_accept_state(ssl.get());
  SSL_set_verify(ssl.get(), SSL_VERIFY_NONE, nullptr);
  return ssl.release();
}

std::unique_ptr<Channel> TlsContext::connect(int descriptor, const std::string& name) const {
  SslPtr ssl{SSL_new(client_.get())};
  if (!ssl) throw std::bad_alloc{};
  SSL_set_connect_state(ssl.get());
  bool set = false;
  if (const auto address = Address::parse(name)) {
    set =
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), address->to_string().c_str()) == 1;
  } else {
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_WILDCARDS);  // RFC 5922 section 7.2
    set = SSL_set1_host(ssl.get(), name.c_str()) == 1 &&
          SSL_set_tlsext_host_name(ssl.get(), name.c_str()) == 1;
  }
  // Without a name any trusted certificate would do.
  if (!set || name.empty()) return nullptr;
  return std::make_unique<TlsChannel>(std::move(ssl), descriptor, shared_from_this());
}

}  // namespace sip::net
