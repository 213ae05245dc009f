#pragma once
#ifdef SIPWAKE_HAS_HTTP
#include "web/server/http_server.hpp"
#include "web/server/password.hpp"

namespace app::cli {
using Http = web::server::HttpServer;
using web::server::hash_password;
using web::server::HttpOptions;
using web::server::make_password;
inline constexpr bool has_http = true;
}  // namespace app::cli

#else
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/runtime/loop/server.hpp"
#include "web/api/message.hpp"

namespace app::cli {

struct HttpOptions {
  bool metrics_need_token{false};
  std::function<std::string(const proxy::Settings&)> show_settings{};
};

/// Stands in where the HTTP server is not built (sanitizer builds): nothing listens.
class Http {
 public:
  Http(proxy::runtime::Server&, const sip::Endpoint&,
       const std::shared_ptr<proxy::runtime::log::Log>&, const HttpOptions&) {}
  sip::Endpoint bound() const { return {}; }
  void ask(const web::api::Request&, const web::api::Caller&,
           const std::function<void(web::api::Reply)>& done) {
    done({503, "", "", {}});
  }
  void stop() {}
};

inline std::string hash_password(std::string_view) { return {}; }
inline std::string make_password() { return {}; }
inline constexpr bool has_http = false;

}  // namespace app::cli
#endif
