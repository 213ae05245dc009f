#pragma once
#include <openssl/ssl.h>

#include <functional>
#include <memory>

namespace sip::net {
class TlsContext;
}

namespace proxy::runtime::tls {

using Context = std::shared_ptr<const sip::net::TlsContext>;
/// Gives the certificates that hold now.
using Source = std::function<Context()>;

/// The server's side of one connection, which asks its client for no certificate. Who takes it
/// frees it, and keeps the context for as long.
SSL* make_session(const Context& context);

}  // namespace proxy::runtime::tls
