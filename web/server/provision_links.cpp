#include "web/server/provision_links.hpp"

#include <algorithm>
#include <utility>

#include "sipstack/auth/digest.hpp"
#include "web/server/password.hpp"

namespace web::server {
namespace {

constexpr std::size_t most_links = 1'000;
constexpr std::size_t secret_bytes = 24;

std::string hash_of(std::string_view secret) {
  return sip::auth::hash_hex(sip::auth::Algorithm::sha256, secret);
}

}  // namespace

std::string ProvisionLinks::make(std::string aor, Clock::time_point now) {
  if (links_.size() >= most_links) {
    links_.erase(
        std::ranges::min_element(links_, {}, [](const auto& link) { return link.second.made; }));
  }
  auto secret = random_hex(secret_bytes);
  links_[hash_of(secret)] = {std::move(aor), now};
  return secret;
}

std::optional<std::string> ProvisionLinks::take(std::string_view secret, Clock::time_point now) {
  const auto found = links_.find(hash_of(secret));
  if (found == links_.end()) return std::nullopt;
  auto link = std::move(found->second);
  links_.erase(found);
  if (now - link.made >= lifetime) return std::nullopt;
  return std::move(link.aor);
}

}  // namespace web::server
