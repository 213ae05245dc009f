#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "proxy/core/engine/targets.hpp"
#include "proxy/core/engine/trunk_hops.hpp"
#include "proxy/core/settings/settings.hpp"
#include "sipstack/base/ids.hpp"

namespace proxy {

/// The ways to the PBX, the one its literal address gives or those its name leads to (RFC 3263),
/// and to the trunks.
class NextHops {
 public:
  /// What is larger goes by TCP to who takes it (RFC 3261 section 18.1.1).
  static constexpr std::size_t datagram_most{1'300};
  static constexpr sip::Duration no_tcp_for{300'000};  ///< to who did not take it

  explicit NextHops(sip::IdSource& dice) : dice_{dice} {}

  using Route = HopRoute;
  Route to_pbx(const Settings& settings, sip::TimePoint now);
  /// The same for a request inside a dialog: where the dialog is comes first.
  Route to_pbx(const Settings& settings, const sip::Flow& dialog, sip::TimePoint now);

  Route to_trunk(std::int64_t trunk, const Settings& settings, sip::TimePoint now) {
    return trunks_.to(trunk, settings, now);
  }
  /// The trunks, or what they are, have changed.
  void configure_trunks(const TrunkHops::Rows& rows, const Settings& settings, sip::TimePoint now);
  const TrunkHops& trunks() const { return trunks_; }

  /// How a request of this size goes to a hop: over TCP when it is too large for a datagram, we can
  /// connect, and the hop has not refused that in the last minutes; else as the hop says.
  sip::Flow way_for(const sip::Flow& hop, std::size_t size, const Settings& settings,
                    sip::TimePoint now) const;

  /// A hop said 503.
  void failed(const sip::Flow& hop, sip::TimePoint now);
  /// A hop did not answer, or could not be connected to.
  void lost(const sip::Flow& hop, sip::TimePoint now);
  void heard(const sip::Flow& hop);

  /// At the start, and when the settings are others.
  void configure(const Settings& settings, sip::TimePoint now);
  void on_resolved(const Resolved& resolved, sip::TimePoint now);
  void on_deadline(sip::TimePoint now);
  std::optional<sip::TimePoint> next_deadline() const;

  std::vector<Resolve> take_questions();
  /// A look-up has ended since it was last asked.
  bool take_news() { return std::exchange(news_, false); }
  /// Where the PBX is now, by name; empty for a literal address.
  std::vector<sip::locate::Target> pbx_targets() const;
  std::string_view trouble() const { return pbx_ ? pbx_->trouble() : std::string_view{}; }

 private:
  sip::IdSource& dice_;
  std::optional<Targets> pbx_;
  TrunkHops trunks_{dice_};
  std::map<sip::Endpoint, sip::TimePoint> no_tcp_;  ///< until when
  bool news_{false};
};

}  // namespace proxy
