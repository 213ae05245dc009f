#pragma once
#include <memory>
#include <string>

#include "sipstack/net/openssl.hpp"

namespace proxy::runtime::push {

/// Our side of TLS towards push services: 1.2 and above, trust in the system's authorities and in
/// those of `ca_file` (empty: none). Throws std::runtime_error, with the file's name, when it
/// cannot be used.
std::shared_ptr<SSL_CTX> make_tls_client(const std::string& ca_file);

/// From now on the handshake demands a certificate for this host name or address, asks for it by
/// name, and offers one protocol ("h2", "http/1.1"). False when the name is none.
bool expect(SSL& ssl, const std::string& host, const std::string& protocol);

/// The protocol that the peer chose, empty: none.
std::string chosen_protocol(const SSL& ssl);

/// Why a handshake failed, in words: what is wrong with the certificate, if that was it.
std::string handshake_problem(const SSL& ssl, const std::string& otherwise);

}  // namespace proxy::runtime::push
