#include "proxy/runtime/push/health_book.hpp"

#include <algorithm>
#include <vector>

namespace proxy::runtime::push {

using view::ProviderState;

HealthBook::HealthBook(std::string provider, std::string name, Changed changed)
    : changed_{std::move(changed)} {
  facts_.provider = std::move(provider);
  facts_.name = std::move(name);
}

void HealthBook::well(sip::WallTime now) {
  facts_.last_success_at = now;
  change(ProviderState::ready);
}

void HealthBook::troubled(std::string why, sip::WallTime now) {
  note(std::move(why), now);
  change(ProviderState::degraded);
}

void HealthBook::refused_credentials(std::string why, sip::WallTime now) {
  note(std::move(why), now);
  change(ProviderState::credentials_refused);
}

void HealthBook::unreachable(std::string why, sip::WallTime now) {
  note(std::move(why), now);
  change(ProviderState::unreachable);
}

void HealthBook::note(std::string why, sip::WallTime now) {
  facts_.last_error = std::move(why);
  facts_.last_error_at = now;
}

void HealthBook::change(ProviderState state) {
  if (facts_.state == state) return;
  facts_.state = state;
  if (changed_) changed_(facts_);
}

void HealthBook::ended(PushOutcome outcome, std::optional<sip::Duration> took) {
  switch (outcome) {
    case PushOutcome::accepted:
      ++facts_.accepted;
      break;
    case PushOutcome::refused:
      ++facts_.refused;
      break;
    case PushOutcome::dead:
      ++facts_.dead;
      break;
    case PushOutcome::failed:
      ++facts_.failed;
      break;
  }
  if (took) times_[count_++ % kept] = took->count();
}

view::Provider HealthBook::facts() const {
  auto facts = facts_;
  std::vector<std::int64_t> sorted{
      times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, kept))};
  if (sorted.empty()) return facts;
  std::ranges::sort(sorted);
  const auto at = [&sorted](std::size_t percent) {
    return sorted[(sorted.size() * percent + 99) / 100 - 1];  // nearest rank
  };
  facts.p50_ms = at(50);
  facts.p95_ms = at(95);
  facts.p99_ms = at(99);
  return facts;
}

}  // namespace proxy::runtime::push
