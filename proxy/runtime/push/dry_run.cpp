#include "proxy/runtime/push/dry_run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <optional>

#include "proxy/runtime/push/clock_hint.hpp"
#include "proxy/runtime/push/gateways.hpp"
#include "proxy/runtime/push/http_connection.hpp"
#include "proxy/runtime/push/web_push_gateway.hpp"
#include "proxy/runtime/push/webhook_client.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr sip::Duration patience = 10s;
constexpr std::size_t apple_token_digits = 64;

/// A push and what is said when the service refuses it as it should.
struct Question {
  std::string service;
  Push push;
};

std::vector<Question> questions(const Settings& settings) {
  std::vector<Question> all;
  std::uint64_t id = 0;
  for (const auto& team : settings.apns) {
    if (team.topics.empty()) continue;
    Push push;
    push.service = proxy::push::Service::apns;
    push.kind = proxy::push::Kind::alert;
    push.app = team.topics.front();
    push.token = std::string(apple_token_digits, '0');
    push.body = R"({"aps":{"alert":"sipwake doctor"}})";
    push.id = PushId{++id};
    push.deadline = patience;
    all.push_back({"apns " + team.team_id + ' ' + team.topics.front(), std::move(push)});
  }
  for (const auto& project : settings.fcm) {
    Push push;
    push.service = proxy::push::Service::fcm;
    push.app = project.project_id;
    push.token = "sipwake-doctor";
    push.body = R"({"doctor":"sipwake"})";
    push.id = PushId{++id};
    push.deadline = patience;
    all.push_back({"fcm " + project.project_id, std::move(push)});
  }
  return all;
}

/// Only one who takes our credentials looks at the token.
Finding judge(const std::string& service, const PushDone& done, const view::Provider& health) {
  const bool proven = done.outcome == PushOutcome::dead || done.outcome == PushOutcome::accepted ||
                      done.reason.starts_with("400 INVALID_ARGUMENT");
  if (proven) return {true, service, "takes our credentials (it said " + done.reason + ')'};
  const auto& words = health.last_error.empty() ? done.reason : health.last_error;
  if (done.outcome == PushOutcome::failed) return {false, service, "cannot be reached: " + words};
  return {false, service, words};
}

/// Tokens are signed with the time, and a service refuses those of another hour.
Finding compare_clocks(const std::string& service, sip::Duration ahead) {
  const auto words = clock_words(ahead);
  if (words.empty()) return {true, service, "this machine's clock agrees with the service's"};
  return {false, service, words + ": have it set over the network (NTP)"};
}

const view::Provider* health_of(const std::vector<view::Provider>& all, const Question& question) {
  for (const auto& one : all)
    if (question.service.starts_with(one.provider + ' ' + one.name.substr(0, one.name.find(' '))))
      return &one;
  return nullptr;
}

/// A webhook is not asked, since its receiver would wake somebody: only met.
asio::awaitable<void> meet(asio::io_context& io, Target target, SSL_CTX* tls,
                           std::optional<Target> proxy, std::vector<Finding>& findings) {
  HttpConnection connection{io, tls};
  const auto problem = co_await connection.connect(target, Clock::now() + patience,
                                                   proxy && target.tls ? &*proxy : nullptr);
  const bool well = problem.empty();
  findings.push_back({well, "webhook " + target.host_header,
                      well ? "can be reached" : "cannot be reached: " + problem});
}

/// Each browser names its own push service, so that there is none to ask.
Finding look_at_web_push(const WebPushSettings& webpush) {
  const std::string service = "webpush " + webpush.subject;
  if (webpush.key.empty()) return {true, service, "its key is made when the server starts"};
  return {true, service,
          "its key can sign and its subject can be used; each browser names its own service in its "
          "subscription, so that only a push shows whether that takes them"};
}

/// Without a key of the owner's the server's own, if it has made one.
void find_key(WebPushSettings& webpush, const std::string& data_dir) {
  if (!webpush.key.empty() || has_made_key(data_dir)) prepare_web_push(webpush, data_dir);
}

}  // namespace

std::vector<Finding> dry_run(const Settings& wanted) {
  std::vector<Finding> findings;
  Settings settings = wanted;
  if (settings.webpush) {
    find_key(*settings.webpush, settings.data_dir);
    findings.push_back(look_at_web_push(*settings.webpush));
    settings.webpush.reset();
  }
  asio::io_context io;
  std::map<PushId, PushDone> answers;
  Gateways gateways{
      io,
      settings,
      {[&answers](const PushDone& done) { answers.insert_or_assign(done.id, done); }, {}}};
  const auto asked = questions(settings);
  for (const auto& question : asked) gateways.push(question.push);
  std::shared_ptr<SSL_CTX> tls;
  if (settings.webhook) {
    const auto options = webhook_options(*settings.webhook);
    tls = options.tls;
    auto targets = options.fallback;
    targets.insert(targets.begin(), parse_url(settings.webhook->url).value());
    for (auto& target : targets)
      asio::co_spawn(io, meet(io, std::move(target), tls.get(), options.proxy, findings),
                     asio::detached);
  }
  const auto met = findings.size() + (settings.webhook ? settings.webhook->fallback.size() + 1 : 0);
  const auto end = Clock::now() + patience + 2s;
  while ((answers.size() < asked.size() || findings.size() < met) && Clock::now() < end)
    io.run_one_for(100ms);
  const auto health = gateways.health();
  for (const auto& question : asked) {
    const auto at = answers.find(question.push.id);
    const auto* facts = health_of(health, question);
    const PushDone none{question.push.id, PushOutcome::failed, "no answer"};
    findings.push_back(judge(question.service, at == answers.end() ? none : at->second,
                             facts == nullptr ? view::Provider{} : *facts));
    if (facts != nullptr && facts->clock_ahead)
      findings.push_back(compare_clocks(question.service, *facts->clock_ahead));
  }
  gateways.stop();
  return findings;
}

}  // namespace proxy::runtime::push
