#include "proxy/runtime/tls/session.hpp"

#include "sipstack/net/tls_context.hpp"

namespace proxy::runtime::tls {

SSL* make_session(const Context& context) { return context->make_session(); }

}  // namespace proxy::runtime::tls
