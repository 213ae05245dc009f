#include "web/server/tokens.hpp"

#include "sipstack/auth/digest.hpp"

namespace web::server {
namespace {

/// A token revoked by the command line works this much longer at most.
constexpr std::chrono::seconds memory{5};
constexpr std::size_t most_known = 64;
constexpr std::chrono::seconds between_notes{60};
constexpr std::size_t most_noted = 1'024;

}  // namespace

std::optional<proxy::record::ApiToken> Tokens::find(std::string_view token, Clock::time_point now) {
  if (token.empty()) return std::nullopt;
  const auto hash = sip::auth::hash_hex(sip::auth::Algorithm::sha256, token);
  const auto known = known_.find(hash);
  if (known != known_.end() && now < known->second.until) return known->second.token;
  if (known != known_.end()) known_.erase(known);
  auto stored = lookup_(hash);
  if (!stored || !sip::auth::same_secret(stored->hash, hash)) return std::nullopt;
  if (known_.size() >= most_known) known_.clear();
  known_[hash] = {*stored, now + memory};
  return stored;
}

bool Tokens::is_use_new(std::int64_t token, Clock::time_point now) {
  const auto noted = noted_.find(token);
  if (noted != noted_.end() && now - noted->second < between_notes) return false;
  if (noted_.size() >= most_noted) noted_.clear();
  noted_[token] = now;
  return true;
}

}  // namespace web::server
