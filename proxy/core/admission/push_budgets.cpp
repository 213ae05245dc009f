#include "proxy/core/admission/push_budgets.hpp"

#include <algorithm>
#include <functional>

namespace proxy::admission {
namespace {

enum class Whose : std::uint8_t { device, callee, caller };

std::int64_t times(Stretch stretch) {
  if (stretch == Stretch::emergency) return 4;
  return stretch == Stretch::trusted ? 10 : 1;
}

sip::Rate rate_of(const Settings::Wake::Rate& rate, Stretch stretch) {
  return {rate.each, static_cast<std::int64_t>(rate.burst) * times(stretch)};
}

/// Never 0, which is a free entry. Spreads neighbouring ids over the table (splitmix64).
std::uint64_t name_of(Whose whose, std::uint64_t id) {
  std::uint64_t x = id * 4 + static_cast<std::uint64_t>(whose) + 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return (x ^ (x >> 31)) | 1;
}

}  // namespace

sip::Allowance& PushBudgets::at(std::uint64_t who, sip::TimePoint now) {
  if (table_.empty()) table_.resize(sets_);
  Set& set = table_[(who >> 1) % sets_];
  const auto known = std::ranges::find(set, who, &Entry::who);
  if (known != set.end()) return known->allowance;
  Entry& least = *std::ranges::min_element(
      set, {}, [now](const Entry& entry) { return entry.allowance.debt(now); });
  least = {who, {}};
  return least.allowance;
}

std::optional<std::string_view> PushBudgets::spend(const Wanted& wanted,
                                                   const Settings::Wake::Budget& budget,
                                                   sip::TimePoint now) {
  if (wanted.stretch == Stretch::unlimited) return std::nullopt;
  struct Part {
    std::uint64_t who;
    const Settings::Wake::Rate& rate;
    std::string_view name;
  };
  const Part parts[] = {
      {wanted.device == 0 ? 0 : name_of(Whose::device, static_cast<std::uint64_t>(wanted.device)),
       budget.device, "of the phone"},
      {name_of(Whose::callee, static_cast<std::uint64_t>(wanted.callee)), budget.callee,
       "of the callee"},
      {name_of(Whose::caller, std::hash<std::string_view>{}(wanted.caller)), budget.caller,
       "of the caller"}};
  const auto limits = [](const Part& part) { return part.who != 0 && part.rate.burst != 0; };
  for (const Part& part : parts)
    if (limits(part) && at(part.who, now).is_spent(rate_of(part.rate, wanted.stretch), now))
      return part.name;
  for (const Part& part : parts)
    if (limits(part)) at(part.who, now).spend(rate_of(part.rate, wanted.stretch), now);
  return std::nullopt;
}

bool PushBudgets::spend_for_device(std::int64_t device, const Settings::Wake::Budget& budget,
                                   sip::TimePoint now) {
  if (budget.device.burst == 0) return true;
  return at(name_of(Whose::device, static_cast<std::uint64_t>(device)), now)
      .spend(rate_of(budget.device, Stretch::none), now);
}

}  // namespace proxy::admission
