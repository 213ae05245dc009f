#include "web/server/http_server.hpp"

#include <utility>

#include "proxy/runtime/tls/files.hpp"
#include "proxy/runtime/tls/keeper.hpp"
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
  const auto soon = proxy::runtime::tls::wall_now() + proxy::runtime::tls::notice;
  for (auto& one : server.certificates())
    status.certificates.push_back({std::move(one.file), std::move(one.names), one.expires,
                                   std::move(one.fingerprint), one.self_signed,
                                   one.expires <= soon});
  return status;
}

using proxy::runtime::News;
using Hear = std::function<void(std::vector<api::Happening>)>;

api::Happening to_happening(const News& news) {
  using proxy::runtime::RegistrationNews;
  using proxy::runtime::TroubleNews;
  if (const auto* step = std::get_if<proxy::Stepped>(&news.what))
    return api::call_step(news.at, step->call, step->what, step->device);
  if (const auto* registration = std::get_if<RegistrationNews>(&news.what))
    return api::registration_change(news.at, registration->id, registration->removed);
  const auto& trouble = std::get<TroubleNews>(news.what);
  return api::trouble(news.at, proxy::runtime::log::to_string(trouble.level), trouble.event);
}

Door door_to(proxy::runtime::Server& server) {
  return {[&server](const proxy::view::Query& query, Door::Done done) {
            server.ask(query, std::move(done));
          },
          [&server](proxy::Change change, Door::Done done) {
            server.change(std::move(change), std::move(done));
          },
          [&server] { return status_of(server); },
          [&server](Hear hear) {
            if (!hear) return server.watch({});
            server.watch([tell = std::move(hear)](const std::vector<News>& news) {
              std::vector<api::Happening> happenings;
              happenings.reserve(news.size());
              for (const auto& one : news) happenings.push_back(to_happening(one));
              tell(happenings);
            });
          },
          [&server] { return server.providers(); }};
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
