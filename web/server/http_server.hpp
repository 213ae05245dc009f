#pragma once
#include <memory>

#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/loop/server.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace web::server {

class Listener;

/// The HTTP API of a server, on its edge thread.
class HttpServer {
 public:
  /// Binds (port 0: the system chooses) and answers from server.start() on. `server` must outlive
  /// this. Throws proxy::runtime::StartError.
  HttpServer(proxy::runtime::Server& server, const sip::Endpoint& address,
             const std::shared_ptr<proxy::runtime::log::Log>& log);
  ~HttpServer();
  HttpServer(HttpServer&&) = delete;

  sip::Endpoint bound() const;
  /// Ends all connections and takes no more. From any thread; idempotent.
  void stop();

 private:
  std::shared_ptr<Listener> listener_;
};

}  // namespace web::server
