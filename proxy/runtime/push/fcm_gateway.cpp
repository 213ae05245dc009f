#include "proxy/runtime/push/fcm_gateway.hpp"

#include <algorithm>
#include <stdexcept>

#include "proxy/core/push/fcm.hpp"

namespace proxy::runtime::push {
namespace {

using proxy::push::FcmMeaning;
using Trouble = AccessTokenSource::Trouble;

constexpr const char* google_url = "https://fcm.googleapis.com";
constexpr Clock::duration credentials_pause = std::chrono::minutes{1};

}  // namespace

FcmGateway::FcmGateway(boost::asio::io_context& io, const std::vector<FcmSettings>& projects,
                       Done done, const HealthBook::Changed& changed)
    : ServiceGateway{io, std::move(done)} {
  for (const auto& settings : projects) add_project(settings, changed);
}

void FcmGateway::add_project(const FcmSettings& settings, const HealthBook::Changed& changed) {
  const auto& reach = settings.reach;
  const std::string url = reach.endpoint.empty() ? google_url : reach.endpoint;
  const auto target = parse_url(url);
  if (!target) throw std::runtime_error{"push.fcm: \"" + url + "\": " + url_problem(url)};
  const auto tls = make_tls_client(reach.ca_file);
  try {
    auto project =
        std::make_unique<Project>(Project{settings,
                                          AccessTokenSource{io_, settings, tls},
                                          HealthBook{"fcm", settings.project_id, changed},
                                          nullptr,
                                          {}});
    Http2Client::Options options;
    options.connection.target = *target;
    options.connection.tls = tls;
    if (!reach.proxy.empty()) options.connection.proxy = parse_url(reach.proxy);
    project->client = std::make_unique<Http2Client>(
        io_, std::move(options), [&health = project->health](const std::string& why) {
          if (!why.empty())
            health.unreachable(why, wall_now());
          else if (health.state() != view::ProviderState::credentials_refused)
            health.well(wall_now());
        });
    projects_.push_back(std::move(project));
  } catch (const KeyError& error) {
    throw std::runtime_error{"push.fcm: service_account_file \"" + settings.service_account_file +
                             "\": private_key: " + error.what()};
  }
}

void FcmGateway::start() {
  for (auto& project : projects_) {
    project->client->start();
    project->token.fetch([this, &project = *project](const AccessTokenSource::Result& result) {
      if (result.trouble == Trouble::refused) refused(project, result.why, result.why);
    });
  }
}

void FcmGateway::stop() {
  ServiceGateway::stop();
  for (auto& project : projects_) {
    project->token.stop();
    project->client->stop();
  }
}

std::vector<view::Provider> FcmGateway::health() const {
  std::vector<view::Provider> all;
  for (const auto& project : projects_) all.push_back(project->health.facts());
  return all;
}

/// Phones name their project by its id or by its number; with one project alone it is that one.
std::string FcmGateway::prepare(Job& job) {
  const auto& push = job.push;
  auto at = std::ranges::find_if(projects_, [&push](const auto& project) {
    const auto& settings = project->settings;
    return settings.project_id == push.app ||
           std::ranges::find(settings.senders, push.app) != settings.senders.end();
  });
  if (at == projects_.end() && projects_.size() == 1) at = projects_.begin();
  if (at == projects_.end())
    return "no [[push.fcm]] is of the project \"" + push.app.substr(0, 64) + "\" (see `senders`)";
  job.account = static_cast<std::size_t>(at - projects_.begin());
  if ((*at)->blocked_until > Clock::now()) return "Google does not take this service account";
  return proxy::push::fcm_problem(push);
}

void FcmGateway::ask(Job& job) {
  auto& source = projects_.at(job.account)->token;
  if (const auto* token = source.current()) return ask_with(job, *token);
  source.fetch([this, id = job.push.id](const AccessTokenSource::Result& result) {
    token_came(id, result);
  });
}

void FcmGateway::ask_with(Job& job, const std::string& token) {
  auto& project = *projects_.at(job.account);
  job.id = token;
  HttpRequest request;
  request.path = "/v1/projects/" + project.settings.project_id + "/messages:send";
  request.headers = {{"authorization", "Bearer " + token}, {"content-type", "application/json"}};
  request.body = sip::make_bytes(proxy::push::fcm_message(job.push));
  send(job, *project.client, std::move(request));
}

void FcmGateway::token_came(PushId id, const AccessTokenSource::Result& result) {
  auto* job = find(id);
  if (job == nullptr) return;
  auto& project = *projects_.at(job->account);
  if (result.trouble == Trouble::refused)
    return conclude(id, refused(project, result.why, result.why));
  const auto* token = project.token.current();
  if (token != nullptr) return ask_with(*job, *token);
  project.health.unreachable("access token: " + result.why, wall_now());
  job->attempts = std::max(job->attempts, 1U);
  conclude(id, again(*job, "access token: " + result.why));
}

ServiceGateway::Next FcmGateway::refused(Project& project, const std::string& reason,
                                         const std::string& words) {
  project.health.refused_credentials(words, wall_now());
  project.blocked_until = Clock::now() + credentials_pause;
  return {PushOutcome::refused, reason};
}

ServiceGateway::Next FcmGateway::judge(Job& job, const HttpAnswer& answer) {
  auto& project = *projects_.at(job.account);
  const auto meant = proxy::push::read_fcm(answer.status, answer.body);
  const auto now = wall_now();
  const auto advice = proxy::push::fcm_advice(meant);
  const auto words = advice.empty() ? meant.reason : meant.reason + ": " + std::string{advice};
  switch (meant.meaning) {
    case FcmMeaning::accepted:
      project.health.well(now);
      project.blocked_until = {};
      return {PushOutcome::accepted, meant.reason};
    case FcmMeaning::dead:
      project.health.well(now);
      return {PushOutcome::dead, meant.reason};
    case FcmMeaning::expired:
      if (job.credentials_renewed) return refused(project, meant.reason, words);
      job.credentials_renewed = true;
      project.token.forget(job.id);
      return {};
    case FcmMeaning::credentials:
      return refused(project, meant.reason, words);
    case FcmMeaning::slow_down:
    case FcmMeaning::again:
      project.health.troubled(words, now);
      // An internal error is to be backed off from; only where it is busy another may not be.
      if (answer.status != 503) job.attempts = std::max(job.attempts, 1U);
      return again(job, meant.reason, answer.retry_after);
    case FcmMeaning::setup:
    case FcmMeaning::ours:
      break;
  }
  project.health.troubled(words, now);
  return {PushOutcome::refused, meant.reason};
}

}  // namespace proxy::runtime::push
