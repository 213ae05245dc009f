#include "web/server/idempotency.hpp"

#include <algorithm>

#include "sipstack/auth/digest.hpp"
#include "web/api/problem.hpp"

namespace web::server {
namespace {

std::string name_of(const api::Caller& caller, const std::string& key) {
  return caller.who + '\n' + key;
}

std::string fingerprint(const api::Request& request) {
  return sip::auth::hash_hex(sip::auth::Algorithm::sha256,
                             request.target + '\n' + request.content_type + '\n' + request.body);
}

bool is_good(const std::string& key) {
  return key.size() <= Idempotency::longest_key &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::optional<api::Reply> Idempotency::begin(const api::Caller& caller, const std::string& key,
                                             const api::Request& request, Clock::time_point now) {
  if (!is_good(key))
    return api::to_reply(
        {400, "a key has at most 255 visible ASCII characters", "Idempotency-Key"});
  make_room(now);
  const auto name = name_of(caller, key);
  const auto print = fingerprint(request);
  const auto [entry, fresh] = entries_.try_emplace(name, Entry{print, now, std::nullopt});
  if (fresh) {
    order_.push_back(name);
    return std::nullopt;
  }
  if (entry->second.fingerprint != print)
    return api::to_reply({422, "this key was used for another request", "Idempotency-Key"});
  if (!entry->second.reply)
    return api::to_reply({409, "the first request with this key is under way", "Idempotency-Key"});
  auto reply = *entry->second.reply;
  reply.headers.emplace_back("Idempotency-Replayed", "true");
  return reply;
}

void Idempotency::finish(const api::Caller& caller, const std::string& key,
                         const api::Reply& reply) {
  const auto found = entries_.find(name_of(caller, key));
  if (found == entries_.end()) return;
  if (reply.status >= 500) {
    entries_.erase(found);
    return;
  }
  found->second.reply = reply;
  bytes_ += reply.body.size();
}

void Idempotency::make_room(Clock::time_point now) {
  while (!order_.empty()) {
    const auto oldest = entries_.find(order_.front());
    const bool gone = oldest == entries_.end();
    const bool full = entries_.size() >= most_kept || bytes_ > most_bytes;
    if (!gone && !full && now - oldest->second.begun < kept_for) return;
    if (!gone && oldest->second.reply) bytes_ -= oldest->second.reply->body.size();
    if (!gone) entries_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace web::server
