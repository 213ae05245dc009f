#include "app/cli/running.hpp"

#include <future>
#include <utility>

namespace app::cli {

Running::Running(const proxy::Settings& settings,
                 const std::shared_ptr<proxy::runtime::log::Log>& log, const HttpOptions& http)
    : server_{settings, log},
      control_{server_.edge(), server_.settings().data_dir,
               [this](proxy::Change change, proxy::Actor actor,
                      std::function<void(proxy::view::Answer)> done) {
                 server_.change(std::move(change), std::move(done), std::move(actor));
               },
               [this](proxy::runtime::control::Question question, proxy::Actor actor,
                      std::function<void(proxy::runtime::control::Told)> done) {
                 web::api::Request request{std::move(question.method), std::move(question.target),
                                           std::move(question.content_type),
                                           std::move(question.body)};
                 // What GET has no body for: where a stream goes on.
                 if (request.method == "GET")
                   request.last_event_id = std::exchange(request.body, {});
                 http_.ask(
                     request, {std::move(actor.who), std::move(actor.from), web::api::Scope::admin},
                     [tell = std::move(done)](web::api::Reply reply) {
                       tell({reply.status, std::move(reply.content_type), std::move(reply.body)});
                     });
               }},
      http_{server_, settings.http_address, log, http} {
  server_.start();
}

Running::~Running() {
  http_.stop();
  server_.stop();
}

proxy::view::Answer Running::change(const proxy::Change& change) {
  // Shared, because the answer may come when nobody waits any more.
  const auto promise = std::make_shared<std::promise<proxy::view::Answer>>();
  auto answer = promise->get_future();
  server_.change(change, [promise](proxy::view::Answer a) { promise->set_value(std::move(a)); },
                 {"start", ""});
  return answer.get();
}

}  // namespace app::cli
