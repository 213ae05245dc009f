#include "web/server/tokens.hpp"

#include "sipstack/auth/digest.hpp"

namespace web::server {
namespace {

/// A removed token works this much longer at most.
constexpr std::chrono::seconds memory{5};
constexpr std::size_t most_known = 64;

}  // namespace

bool Tokens::admits(std::string_view token, Clock::time_point now) {
  if (token.empty()) return false;
  const auto hash = sip::auth::hash_hex(sip::auth::Algorithm::sha256, token);
  const auto known = known_.find(hash);
  if (known != known_.end() && now < known->second) return true;
  if (known != known_.end()) known_.erase(known);
  const auto stored = lookup_(hash);
  if (!stored || !sip::auth::same_secret(*stored, hash)) return false;
  if (known_.size() >= most_known) known_.clear();
  known_[hash] = now + memory;
  return true;
}

}  // namespace web::server
