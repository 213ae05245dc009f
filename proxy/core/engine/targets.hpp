#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/base/time.hpp"
#include "sipstack/locate/arrange.hpp"
#include "sipstack/locate/locator.hpp"

namespace proxy {

/// Where one named next hop is: asked for at once, kept as long as its records say and asked for
/// again in time, so that nobody waits for it but the first. A resolver that fails leaves what is
/// known for a while; an answer may come late, twice or never.
class Targets {
 public:
  using Target = sip::locate::Target;

  static constexpr sip::Duration patience{5'000};  ///< for all questions of one look-up together
  static constexpr sip::Duration ttl_least{5'000};
  static constexpr sip::Duration ttl_most{3'600'000};
  static constexpr sip::Duration stale_for{300'000};  ///< past its TTL, while nobody knows better
  static constexpr sip::Duration ask_again{10'000};   ///< after a look-up that failed
  static constexpr sip::Duration avoid_for{30'000};   ///< a target that failed comes last so long

  /// `first_id`: of its questions; ids of an earlier one must not come back.
  Targets(sip::locate::Wanted wanted, std::vector<sip::Transport> supported,
          std::uint64_t first_id);

  const sip::locate::Wanted& wanted() const { return wanted_; }
  /// Asks, unless that is under way.
  void look(sip::TimePoint now);
  /// Which to try, in this order; empty when none is known. May ask again.
  std::vector<Target> order(sip::IdSource& dice, sip::TimePoint now);
  /// All that are known, whatever their order.
  std::vector<Target> all() const;
  /// Nothing is known yet, and an answer may still come.
  bool looking() const { return known_.empty() && locator_.has_value(); }

  void failed(const Target& target, sip::TimePoint now);
  void heard(const Target& target) { avoided_.erase(target); }

  /// True when a look-up has come to its end by it.
  bool on_resolved(const Resolved& resolved, sip::TimePoint now);
  bool on_deadline(sip::TimePoint now);
  std::optional<sip::TimePoint> next_deadline() const;

  /// Questions to hand over, each once.
  std::vector<Resolve> take_questions() { return std::exchange(questions_, {}); }
  std::uint64_t last_id() const { return last_id_; }
  /// Why the last look-up found nothing; empty when it did.
  std::string_view trouble() const { return trouble_; }

 private:
  void ask(std::vector<sip::locate::Question> questions);
  void finish(sip::TimePoint now);
  void keep(const sip::locate::Located& located, sip::TimePoint now);

  sip::locate::Wanted wanted_;
  std::vector<sip::Transport> supported_;
  std::optional<sip::locate::Locator> locator_;  ///< while a look-up is under way
  bool is_address_{false};                       ///< no name: it is known once and for all
  std::map<ResolveId, sip::locate::Question> asked_;
  std::vector<Resolve> questions_;
  std::uint64_t last_id_;
  std::vector<sip::locate::Way> known_;
  std::map<Target, sip::TimePoint> avoided_;  ///< until when
  std::optional<sip::TimePoint> give_up_at_;  ///< the look-up under way
  std::optional<sip::TimePoint> look_at_;     ///< the next one
  sip::TimePoint use_refreshes_{};            ///< from then on use asks again
  std::optional<sip::TimePoint> drop_at_;     ///< what is known is too old then
  std::string_view trouble_;
};

}  // namespace proxy
