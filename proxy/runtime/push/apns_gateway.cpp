#include "proxy/runtime/push/apns_gateway.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "proxy/core/push/apns.hpp"
#include "proxy/runtime/push/clock_hint.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

using proxy::push::ApnsMeaning;

constexpr const char* production_url = "https://api.push.apple.com";
constexpr const char* sandbox_url = "https://api.sandbox.push.apple.com";
constexpr std::size_t learned_max = 100'000;
constexpr std::size_t token_max = 256;
constexpr Clock::duration credentials_pause = std::chrono::minutes{1};

/// A random UUID (RFC 9562 section 5.4).
std::string make_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error{"no random bytes"};
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  auto text = sip::to_hex(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

std::string name_of(const ApnsSettings& settings) {
  auto name = settings.team_id;
  for (const auto& topic : settings.topics) name.append(" ").append(topic);
  return name;
}

bool is_hex(const std::string& token) {
  return !token.empty() && token.size() <= token_max && sip::from_hex(token).has_value();
}

}  // namespace

ApnsGateway::ApnsGateway(boost::asio::io_context& io, const Options& options, Done done,
                         const HealthBook::Changed& changed)
    : ServiceGateway{io, std::move(done)} {
  for (const auto& settings : options.teams) add_team(settings, options, changed);
}

void ApnsGateway::add_team(const ApnsSettings& settings, const Options& options,
                           const HealthBook::Changed& changed) {
  try {
    auto team = std::make_unique<Team>(Team{settings,
                                            ProviderToken{settings, options.data_dir},
                                            HealthBook{"apns", name_of(settings), changed},
                                            nullptr,
                                            nullptr,
                                            {}});
    const auto& endpoint = settings.reach.endpoint;
    const auto& sandbox = settings.sandbox_endpoint.empty() ? endpoint : settings.sandbox_endpoint;
    const std::string production = endpoint.empty() ? production_url : endpoint;
    const std::string other = sandbox.empty() ? sandbox_url : sandbox;
    team->production = make_client(*team, production, options);
    if (other != production) team->sandbox_own = make_client(*team, other, options);
    teams_.push_back(std::move(team));
  } catch (const KeyError& error) {
    throw std::runtime_error{"push.apns: key_file \"" + settings.key_file + "\": " + error.what()};
  }
}

std::unique_ptr<Http2Client> ApnsGateway::make_client(Team& team, const std::string& url,
                                                      const Options& options) {
  const auto target = parse_url(url);
  if (!target) throw std::runtime_error{"push.apns: \"" + url + "\": " + url_problem(url)};
  Http2Client::Options client;
  client.connection.target = *target;
  client.connection.tls = make_tls_client(team.settings.reach.ca_file);
  if (!team.settings.reach.proxy.empty())
    client.connection.proxy = parse_url(team.settings.reach.proxy);
  client.hedge = options.hedge;
  return std::make_unique<Http2Client>(io_, std::move(client), [&team](const std::string& why) {
    if (!why.empty())
      team.health.unreachable(why, wall_now());
    else if (team.health.state() != view::ProviderState::credentials_refused)
      team.health.well(wall_now());
  });
}

void ApnsGateway::start() {
  for (auto& team : teams_) {
    team->production->start();
    if (team->sandbox_own) team->sandbox_own->start();
  }
}

void ApnsGateway::stop() {
  ServiceGateway::stop();
  for (auto& team : teams_) {
    team->production->stop();
    if (team->sandbox_own) team->sandbox_own->stop();
  }
}

std::vector<view::Provider> ApnsGateway::health() const {
  std::vector<view::Provider> all;
  for (const auto& team : teams_) all.push_back(team->health.facts());
  return all;
}

std::string ApnsGateway::prepare(Job& job) {
  auto& push = job.push;
  const auto at = std::ranges::find_if(teams_, [&push](const auto& team) {
    const auto& topics = team->settings.topics;
    return std::ranges::find(topics, push.app) != topics.end();
  });
  if (at == teams_.end()) return "no [[push.apns]] has the topic of this app";
  job.account = static_cast<std::size_t>(at - teams_.begin());
  if (!is_hex(push.token)) return "the device token is not hexadecimal";
  if ((*at)->blocked_until > Clock::now()) return "Apple does not take the key of this app";
  job.id = make_uuid();
  const auto known = learned_.find(push.token);
  job.sandbox = known == learned_.end() ? push.sandbox : known->second;
  return {};
}

void ApnsGateway::ask(Job& job) {
  auto& team = *teams_.at(job.account);
  auto& push = job.push;
  const auto most = proxy::push::apns_payload_max(push.kind);
  if (push.body.size() > most && !push.slim_body.empty() && !job.slimmed) {
    job.slimmed = true;
    push.body = push.slim_body;
  }
  if (push.body.size() > most)
    return conclude(push.id, {PushOutcome::refused, "the payload is too large"});
  const auto now = wall_now();
  HttpRequest request;
  request.path = "/3/device/" + push.token;
  request.headers = proxy::push::apns_headers(push, now);
  request.headers.emplace_back("authorization", "bearer " + team.token.at(now));
  request.headers.emplace_back("apns-id", job.id);
  request.body = sip::make_bytes(push.body);
  auto& client = job.sandbox && team.sandbox_own ? *team.sandbox_own : *team.production;
  send(job, client, std::move(request));
}

ServiceGateway::Next ApnsGateway::judge(Job& job, const HttpAnswer& answer) {
  auto& team = *teams_.at(job.account);
  const auto meant = proxy::push::read_apns(answer.status, answer.body);
  const auto now = wall_now();
  const auto advice = proxy::push::apns_advice(meant);
  auto words = advice.empty() ? meant.reason : meant.reason + ": " + std::string{advice};
  if (answer.status == 403) words += clock_hint(answer.date, now);
  switch (meant.meaning) {
    case ApnsMeaning::accepted:
      team.health.well(now);
      team.blocked_until = {};
      return accepted(job);
    case ApnsMeaning::other_environment:
      team.health.well(now);
      return other_environment(job, meant.reason);
    case ApnsMeaning::dead: {
      team.health.well(now);
      Next next{PushOutcome::dead, meant.reason};
      next.dead_since = meant.dead_since;
      return next;
    }
    case ApnsMeaning::setup:
      team.health.troubled(words, now);
      return {PushOutcome::refused, meant.reason};
    case ApnsMeaning::expired_token:
      if (!job.credentials_renewed && team.token.renew(now)) {
        job.credentials_renewed = true;
        return {};
      }
      team.health.refused_credentials(words, now);
      return {PushOutcome::refused, meant.reason};
    case ApnsMeaning::credentials:
      team.health.refused_credentials(words, now);
      team.blocked_until = Clock::now() + credentials_pause;
      return {PushOutcome::refused, meant.reason};
    case ApnsMeaning::too_large:
      if (job.slimmed || job.push.slim_body.empty()) return {PushOutcome::refused, meant.reason};
      job.slimmed = true;
      job.push.body = job.push.slim_body;
      return {};
    case ApnsMeaning::slow_down:
      team.health.troubled(words, now);
      job.attempts = std::max(job.attempts, 1U);
      return again(job, meant.reason, answer.retry_after);
    case ApnsMeaning::again:
      team.health.troubled(words, now);
      return again(job, meant.reason, answer.retry_after);
    case ApnsMeaning::ours:
      break;
  }
  team.health.troubled(words, now);
  return {PushOutcome::refused, meant.reason};
}

ServiceGateway::Next ApnsGateway::accepted(Job& job) {
  Next next{PushOutcome::accepted, "200 OK, apns-id " + job.id};
  if (job.switched) {
    learn(job);
    next.sandbox = job.sandbox;
  }
  return next;
}

/// A token of the sandbox is none in production, and the other way round.
ServiceGateway::Next ApnsGateway::other_environment(Job& job, const std::string& reason) {
  if (job.switched) return {PushOutcome::dead, reason + " in both environments"};
  job.switched = true;
  job.sandbox = !job.sandbox;
  learned_.erase(job.push.token);
  return {};
}

void ApnsGateway::learn(const Job& job) {
  if (learned_.size() >= learned_max) learned_.clear();
  learned_[job.push.token] = job.sandbox;
}

}  // namespace proxy::runtime::push
