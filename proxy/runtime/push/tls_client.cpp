#include "proxy/runtime/push/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>
#include <stdexcept>

#include "sipstack/transport/endpoint.hpp"

namespace proxy::runtime::push {

std::shared_ptr<SSL_CTX> make_tls_client(const std::string& ca_file) {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  if (!context) throw std::bad_alloc{};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_default_verify_paths(context.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1)
    throw std::runtime_error{ca_file + ": cannot be used: " + sip::net::last_tls_error()};
  ERR_clear_error();
  return context;
}

bool expect(SSL& ssl, const std::string& host, const std::string& protocol) {
  const auto wire = static_cast<char>(protocol.size()) + protocol;
  // Zero means success here.
  if (SSL_set_alpn_protos(&ssl, reinterpret_cast<const unsigned char*>(wire.data()),
                          static_cast<unsigned>(wire.size())) != 0)
    return false;
  if (host.empty()) return false;
  if (const auto address = sip::Address::parse(host))
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&ssl), address->to_string().c_str()) == 1;
  SSL_set_hostflags(&ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(&ssl, host.c_str()) == 1 &&
         SSL_set_tlsext_host_name(&ssl, host.c_str()) == 1;
}

std::string chosen_protocol(const SSL& ssl) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(&ssl, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string handshake_problem(const SSL& ssl, const std::string& otherwise) {
  const auto result = SSL_get_verify_result(&ssl);
  if (result == X509_V_OK) return "TLS: " + otherwise;
  return std::string{"TLS: the service's certificate is not accepted: "} +
         X509_verify_cert_error_string(result);
}

}  // namespace proxy::runtime::push
