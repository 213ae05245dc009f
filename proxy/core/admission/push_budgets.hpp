#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "proxy/core/settings/settings.hpp"
#include "sipstack/base/allowance.hpp"

namespace proxy::admission {

/// How far the budgets of a call's pushes stretch.
enum class Stretch : std::uint8_t {
  none,       ///< an ordinary caller
  emergency,  ///< four times as far: the call says that it is one
  trusted,    ///< ten times: a PBX answers for its callers
  unlimited,  ///< exempt from budgets (`abuse.exempt`), or by an emergency route
};

/// What has been pushed for whom, so that nobody is made to ring all night (`wake.budget`): by
/// device, by the user who is called and by caller. A table that never grows; where it is full, who
/// owes least makes room, and begins anew.
class PushBudgets {
 public:
  explicit PushBudgets(std::size_t limit = 16'384) : sets_{(limit + ways - 1) / ways} {}

  struct Wanted {
    std::int64_t device{0};  ///< 0: none, the user as such
    std::int64_t callee{0};
    std::string_view caller;
    Stretch stretch{Stretch::none};
  };
  /// Takes one push from all three budgets; or takes none and says which of them is used up: "of
  /// the phone", "of the callee" or "of the caller".
  std::optional<std::string_view> spend(const Wanted& wanted, const Settings::Wake::Budget& budget,
                                        sip::TimePoint now);
  /// The same for a push that is no call's: the device's budget alone. False: used up.
  bool spend_for_device(std::int64_t device, const Settings::Wake::Budget& budget,
                        sip::TimePoint now);

 private:
  static constexpr std::size_t ways = 8;
  struct Entry {
    std::uint64_t who{0};
    sip::Allowance allowance;
  };
  using Set = std::array<Entry, ways>;

  sip::Allowance& at(std::uint64_t who, sip::TimePoint now);

  std::size_t sets_;
  std::vector<Set> table_;  ///< made at the first push
};

}  // namespace proxy::admission
