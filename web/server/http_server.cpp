#include "web/server/http_server.hpp"

#include <utility>

#include "web/server/engine_backend.hpp"
#include "web/server/listener.hpp"

namespace web::server {
namespace {

api::Status status_of(const proxy::runtime::Server& server) {
  api::Status status;
  status.version = SIPWAKE_VERSION;
  status.uptime_s = server.uptime_s();
  const auto& settings = server.settings();
  for (const auto& local : settings.locals)
    status.listeners.push_back(
        {std::string{sip::to_string(local.transport)}, local.bound.to_string()});
  for (auto& one : server.certificates())
    status.certificates.push_back({std::move(one.file), std::move(one.names), one.expires,
                                   std::move(one.fingerprint), one.self_signed});
  status.webhook_configured = settings.webhook.has_value();
  return status;
}

Door door_to(proxy::runtime::Server& server) {
  return {[&server](const proxy::view::Query& query, Door::Done done) {
            server.ask(query, std::move(done));
          },
          [&server](proxy::Change change, Door::Done done) {
            server.change(std::move(change), std::move(done));
          },
          [&server] { return status_of(server); }};
}

std::shared_ptr<Backend> backend_of(proxy::runtime::Server& server,
                                    const std::shared_ptr<proxy::runtime::log::Log>& log) {
  try {
    return std::make_shared<EngineBackend>(door_to(server), server.settings().data_dir, log);
  } catch (const proxy::store::StoreError& error) {
    throw proxy::runtime::StartError(error.what());
  }
}

}  // namespace

HttpServer::HttpServer(proxy::runtime::Server& server, const sip::Endpoint& address,
                       const std::shared_ptr<proxy::runtime::log::Log>& log)
    : listener_(std::make_shared<Listener>(server.edge(), address, backend_of(server, log),
                                           HttpLimits{}, log)) {
  listener_->open();
  log->info("http.listening", {{"address", listener_->bound().to_string()}});
}

HttpServer::~HttpServer() { stop(); }

sip::Endpoint HttpServer::bound() const { return listener_->bound(); }

void HttpServer::stop() { listener_->close(); }

}  // namespace web::server
