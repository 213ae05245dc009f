#pragma once
#ifdef SIPWAKE_HAS_HTTP
#include "web/server/http_server.hpp"
#include "web/server/password.hpp"

namespace app::cli {
using Http = web::server::HttpServer;
using web::server::hash_password;
using web::server::make_password;
inline constexpr bool has_http = true;
}  // namespace app::cli

#else
#include <memory>
#include <string>
#include <string_view>

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

inline std::string hash_password(std::string_view) { return {}; }
inline std::string make_password() { return {}; }
inline constexpr bool has_http = false;

}  // namespace app::cli
#endif
