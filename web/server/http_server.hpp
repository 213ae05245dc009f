#pragma once
#include <functional>
#include <memory>
#include <string>

#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/loop/server.hpp"
#include "sipstack/transport/endpoint.hpp"
#include "web/api/message.hpp"

namespace web::server {

class Backend;
class EventPoll;
class Listener;

/// What the configuration says of HTTP beside the address.
struct HttpOptions {
  bool metrics_need_token{false};
  /// The resolved configuration as JSON, without secrets.
  std::function<std::string(const proxy::Settings&)> show_settings{};
};

/// The HTTP API of a server, on its edge thread.
class HttpServer {
 public:
  /// Binds (port 0: the system chooses) and answers from server.start() on. `server` must outlive
  /// this. Throws proxy::runtime::StartError.
  HttpServer(proxy::runtime::Server& server, const sip::Endpoint& address,
             const std::shared_ptr<proxy::runtime::log::Log>& log, const HttpOptions& options = {});
  ~HttpServer();
  HttpServer(HttpServer&&) = delete;

  sip::Endpoint bound() const;
  /// The API without HTTP, for who may do everything. Of the stream of events one part is answered,
  /// from Last-Event-ID on. On the edge thread; `done` comes there, once.
  void ask(const api::Request& request, const api::Caller& caller,
           std::function<void(api::Reply)> done);
  /// Ends all connections and takes no more. From any thread; idempotent.
  void stop();

 private:
  boost::asio::io_context& edge_;
  std::shared_ptr<Backend> backend_;
  std::shared_ptr<Listener> listener_;
  std::shared_ptr<EventPoll> polls_;
};

}  // namespace web::server
