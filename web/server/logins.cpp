#include "web/server/logins.hpp"

#include <algorithm>

#include "sipstack/auth/digest.hpp"
#include "web/server/password.hpp"

namespace web::server {
namespace {

constexpr std::size_t most_sessions = 64;
constexpr std::size_t secret_bytes = 32;
constexpr std::chrono::minutes remembered{5};
constexpr std::size_t most_of_one = 5;
constexpr std::size_t most_of_all = 50;

std::string hash_of(std::string_view secret) {
  return sip::auth::hash_hex(sip::auth::Algorithm::sha256, secret);
}

}  // namespace

Logins::Session Logins::begin(Time now) {
  if (open_.size() >= most_sessions) {
    open_.erase(std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
      return a.second.used < b.second.used;
    }));
  }
  Session session{random_hex(secret_bytes), random_hex(secret_bytes)};
  open_[hash_of(session.secret)] = {session.csrf, now, now};
  return session;
}

void Logins::end(std::string_view secret) { open_.erase(hash_of(secret)); }

void Logins::end_others(std::string_view secret) {
  const auto kept = hash_of(secret);
  std::erase_if(open_, [&](const auto& one) { return one.first != kept; });
}

std::optional<std::string> Logins::csrf_of(std::string_view secret, Time now) {
  if (secret.empty()) return std::nullopt;
  const auto found = open_.find(hash_of(secret));
  if (found == open_.end()) return std::nullopt;
  auto& session = found->second;
  if (now - session.begun >= longest || now - session.used >= idle_for) {
    open_.erase(found);
    return std::nullopt;
  }
  session.used = now;
  return session.csrf;
}

std::optional<std::chrono::seconds> LoginGuard::wait_of(const std::string& address, Time now) {
  while (!tries_.empty() && now - tries_.front().at >= remembered) tries_.pop_front();
  const auto of_this = std::count_if(tries_.begin(), tries_.end(),
                                     [&](const Try& one) { return one.address == address; });
  if (tries_.size() < most_of_all && static_cast<std::size_t>(of_this) < most_of_one)
    return std::nullopt;
  const auto blocking = std::find_if(tries_.begin(), tries_.end(), [&](const Try& one) {
    return tries_.size() >= most_of_all || one.address == address;
  });
  return std::chrono::ceil<std::chrono::seconds>(blocking->at + remembered - now);
}

void LoginGuard::tried(const std::string& address, Time now) { tries_.push_back({now, address}); }

void LoginGuard::succeeded(const std::string& address) {
  std::erase_if(tries_, [&](const Try& one) { return one.address == address; });
}

}  // namespace web::server
