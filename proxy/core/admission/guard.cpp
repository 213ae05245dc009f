#include "proxy/core/admission/guard.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/admission/gate.hpp"
#include "proxy/core/settings/source.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::admission {
namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::int64_t seconds_at_once = 10;
constexpr std::int64_t minutes_at_once = 5;
constexpr minutes half_proof{30};  ///< a proof lasts for one to two of these
constexpr minutes telling{1};

sip::Rate a_second(unsigned count) {
  return {nanoseconds{seconds{1}} / count, std::int64_t{count} * seconds_at_once};
}
sip::Rate a_minute(unsigned count) {
  return {nanoseconds{minutes{1}} / count, std::int64_t{count} * minutes_at_once};
}
sip::Rate failures(const Settings& settings) { return {minutes{1}, settings.abuse.failed_logins}; }

}  // namespace

bool is_exempt(const sip::Flow& flow, const Settings& settings) {
  return std::ranges::any_of(
             settings.abuse.exempt,
             [&](const sip::AddressBlock& block) { return block.contains(flow.peer.address); }) ||
         is_trusted(flow, settings);
}

bool is_scanner(std::string_view user_agent, const Settings& settings) {
  return std::ranges::any_of(settings.abuse.scanners, [&](const std::string& name) {
    if (!sip::iequals(user_agent.substr(0, name.size()), name)) return false;
    if (user_agent.size() == name.size()) return true;
    const char next = user_agent[name.size()];
    return !sip::is_alpha(next) && !sip::is_digit(next);
  });
}

BanTimes ban_times(const Settings& settings) {
  return {settings.abuse.ban_times, settings.abuse.forget_after};
}

Guard::Guard(const sip::Limits& limits, std::uint64_t seed)
    : bans{limits.bans},
      sources_{limits.sources, seed},
      seed_{seed},
      proven_limit_{limits.authenticated_flows} {}

Guard::Look Guard::message(const sip::Flow& flow, const Settings& settings, sip::TimePoint now) {
  if (Proven* known = proven(flow))
    return device_message(known->messages, settings, now) ? Look::good : Look::spent;
  const auto source = source_of(flow.peer.address);
  if (!bans.empty() && bans.is_banned(source, now)) return Look::banned;
  auto& entry = sources_.at(source, now);
  return entry.messages.spend(a_second(settings.abuse.messages), now) ? Look::good : Look::spent;
}

bool Guard::device_message(sip::Allowance& own, const Settings& settings, sip::TimePoint now) {
  return own.spend(a_second(settings.abuse.device_messages), now);
}

bool Guard::request(const sip::Flow& flow, const Settings& settings, sip::TimePoint now) {
  auto& entry = sources_.at(source_of(flow.peer.address), now);
  return entry.requests.spend(a_second(settings.abuse.requests), now);
}

void Guard::prove(const sip::Flow& flow, sip::TimePoint now) {
  if (young_.size() >= proven_limit_ / 2 || now - young_since_ >= half_proof) {
    old_ = std::exchange(young_, {});
    young_since_ = now;
  }
  const auto [at, added] = young_.try_emplace(flow);
  if (!added) return;
  if (const auto before = old_.find(flow); before != old_.end()) at->second = before->second;
}

Guard::Proven* Guard::proven(const sip::Flow& flow) {
  if (const auto found = young_.find(flow); found != young_.end()) return &found->second;
  if (const auto found = old_.find(flow); found != old_.end()) return &found->second;
  return nullptr;
}

bool Guard::is_proven(const sip::Flow& flow) const {
  return young_.contains(flow) || old_.contains(flow);
}

void Guard::challenged(const sip::Flow& flow, std::string_view nonce, sip::TimePoint now) {
  if (flow.reliable()) return;
  auto& entry = sources_.at(source_of(flow.peer.address), now);
  entry.nonces[entry.next_nonce] = hash_of(nonce);
  entry.next_nonce = static_cast<std::uint8_t>((entry.next_nonce + 1U) % entry.nonces.size());
}

std::uint32_t Guard::hash_of(std::string_view nonce) const {
  std::uint64_t hash = seed_;
  for (const char c : nonce) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<std::uint32_t>(hash >> 32U);
}

/// Over a stream the source is who it says it is.
bool Guard::is_own_nonce(const sip::Flow& flow, std::string_view nonce) {
  if (flow.reliable()) return true;
  const auto* entry = sources_.find(source_of(flow.peer.address));
  return entry && std::ranges::find(entry->nonces, hash_of(nonce)) != entry->nonces.end();
}

bool Guard::is_suspect(const sip::Flow& flow, const Settings& settings, sip::TimePoint now) {
  const auto* entry = sources_.find(source_of(flow.peer.address));
  return entry && entry->failures.is_spent(failures(settings), now);
}

bool Guard::distrusts(const sip::Flow& flow, std::string_view nonce, const Settings& settings,
                      sip::TimePoint now) {
  return is_suspect(flow, settings, now) && !is_own_nonce(flow, nonce);
}

bool Guard::failed(const sip::Flow& flow, std::string_view nonce, const Settings& settings,
                   sip::TimePoint now) {
  const bool own = is_own_nonce(flow, nonce);
  auto& entry = sources_.at(source_of(flow.peer.address), now);
  const bool spent = !entry.failures.spend(failures(settings), now);
  return own && (spent || entry.failures.is_spent(failures(settings), now));
}

bool Guard::push(const sip::Flow& flow, const Settings& settings, sip::TimePoint now) {
  auto& entry = sources_.at(source_of(flow.peer.address), now);
  return entry.pushes.spend(a_minute(settings.abuse.pushes), now);
}

void Guard::forgive(const sip::Address& source) {
  if (auto* entry = sources_.find(source)) *entry = SourceEntry{};
}

bool Guard::worth_telling(const sip::Flow& flow, sip::TimePoint now) {
  auto& entry = sources_.at(source_of(flow.peer.address), now);
  if (entry.told && now - entry.told_at < telling) return false;
  entry.told = true;
  entry.told_at = now;
  return true;
}

}  // namespace proxy::admission
