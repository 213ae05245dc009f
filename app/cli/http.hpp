#pragma once
#ifdef SIPWAKE_HAS_HTTP
#include "web/server/http_server.hpp"

namespace app::cli {
using Http = web::server::HttpServer;
}  // namespace app::cli

#else
#include <memory>

#include "proxy/runtime/loop/server.hpp"

namespace app::cli {

/// Stands in where the HTTP server is not built (sanitizer builds): nothing listens.
class Http {
 public:
  Http(proxy::runtime::Server&, const sip::Endpoint&,
       const std::shared_ptr<proxy::runtime::log::Log>&) {}
  sip::Endpoint bound() const { return {}; }
  void stop() {}
};

}  // namespace app::cli
#endif
