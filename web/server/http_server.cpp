#include "web/server/http_server.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "proxy/runtime/tls/files.hpp"
#include "proxy/runtime/tls/keeper.hpp"
#include "web/api/plan.hpp"
#include "web/api/problem.hpp"
#include "web/api/render.hpp"
#include "web/server/engine_backend.hpp"
#include "web/server/event_poll.hpp"
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
  status.captured = server.captured();
  const auto soon = proxy::runtime::tls::wall_now() + proxy::runtime::tls::notice;
  for (auto& one : server.certificates())
    status.certificates.push_back({std::move(one.file), std::move(one.names), one.expires,
                                   std::move(one.fingerprint), one.self_signed,
                                   one.expires <= soon});
  return status;
}

std::vector<api::WayIn> ways_in(const proxy::Settings& settings) {
  std::vector<api::WayIn> ways;
  for (const auto& local : settings.locals)
    ways.push_back({std::string{sip::to_string(local.transport)}, local.host, local.port});
  return ways;
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

HttpLimits limits_of(const HttpOptions& options) {
  HttpLimits limits;
  limits.metrics_open = !options.metrics_need_token;
  return limits;
}

Door door_to(proxy::runtime::Server& server, const HttpOptions& options) {
  return {[&server](const proxy::view::Query& query, Door::Done done) {
            server.ask(query, std::move(done));
          },
          [&server](proxy::Change change, proxy::Actor actor, Door::Done done) {
            server.change(std::move(change), std::move(done), std::move(actor));
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
          [&server] { return server.providers(); },
          [&server] { return ways_in(server.settings()); },
          [&server, show = options.show_settings] {
            return show ? show(server.settings()) : std::string{"{}\n"};
          }};
}

std::shared_ptr<Backend> backend_of(proxy::runtime::Server& server,
                                    const std::shared_ptr<proxy::runtime::log::Log>& log,
                                    const HttpOptions& options) {
  try {
    return std::make_shared<EngineBackend>(door_to(server, options), server.settings().data_dir,
                                           log);
  } catch (const proxy::store::StoreError& error) {
    throw proxy::runtime::StartError(error.what());
  }
}

proxy::runtime::tls::Source tls_of(const proxy::runtime::Server& server) {
  if (!server.settings().https()) return {};
  return [&server] { return server.tls_context(); };
}

/// What has its body in a file is for HTTP, which can send it in pieces.
api::Reply whole(api::Reply reply) {
  if (reply.file.empty()) return reply;
  return api::to_reply({400, "a download needs HTTP", ""});
}

}  // namespace

HttpServer::HttpServer(proxy::runtime::Server& server, const sip::Endpoint& address,
                       const std::shared_ptr<proxy::runtime::log::Log>& log,
                       const HttpOptions& options)
    : edge_(server.edge()),
      backend_(backend_of(server, log, options)),
      listener_(std::make_shared<Listener>(edge_, address, backend_, limits_of(options), log,
                                           tls_of(server))) {
  polls_ = std::make_shared<EventPoll>(edge_, backend_);
  listener_->open();
  log->info("http.listening", {{"address", listener_->bound().to_string()},
                               {"tls", server.settings().https() ? "yes" : "no"}});
}

HttpServer::~HttpServer() { stop(); }

sip::Endpoint HttpServer::bound() const { return listener_->bound(); }

void HttpServer::ask(const api::Request& request, const api::Caller& caller,
                     std::function<void(api::Reply)> done) {
  auto plan = api::plan(request);
  if (auto* reply = std::get_if<api::Reply>(&plan)) return done(std::move(*reply));
  if (const auto* watch = std::get_if<api::Watch>(&plan))
    return polls_->ask(*watch, [tell = std::move(done)](std::string text) {
      tell({200, "text/event-stream", std::move(text), {}});
    });
  auto* task = std::get_if<api::Task>(&plan);
  // Answers may come from any thread.
  backend_->perform(
      std::move(*task), caller, [&edge = edge_, tell = std::move(done)](const api::Answer& answer) {
        boost::asio::post(edge, [tell, reply = whole(api::render(answer))] { tell(reply); });
      });
}

void HttpServer::stop() {
  listener_->close();
  boost::asio::post(edge_, [polls = polls_] { polls->stop(); });
}

}  // namespace web::server
