#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/engine/targets.hpp"
#include "proxy/core/record/trunk_rows.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/core/trunk/target.hpp"

namespace proxy {

/// Where a request may go.
struct HopRoute {
  std::vector<sip::Flow> flows;  ///< to try in this order
  bool looking{false};           ///< none is known yet; try again when there is news
};

/// Calls from there are this trunk's.
struct TrunkPeer {
  sip::AddressBlock block;
  std::optional<sip::Transport> transport;  ///< any when not given
  std::int64_t trunk{0};
  bool operator==(const TrunkPeer&) const = default;
};

/// The ways to each trunk: its targets by priority and weight, each looked up as RFC 3263 says.
/// Who failed lately, or does not answer its probes, comes last.
class TrunkHops {
 public:
  using Rows = std::map<std::int64_t, record::Trunk>;
  using Target = sip::locate::Target;

  explicit TrunkHops(sip::IdSource& dice) : dice_{dice} {}

  /// At the start, and when a trunk or the settings are others. What is known of a target that
  /// stays, stays.
  void configure(const Rows& rows, const Settings& settings, sip::TimePoint now);

  HopRoute to(std::int64_t trunk, const Settings& settings, sip::TimePoint now);
  /// All that are known of a trunk, whatever their order.
  std::vector<Target> all(std::int64_t trunk) const;

  void failed(const Target& target, sip::TimePoint now);
  void heard(const Target& target) { avoided_.erase(target); }
  bool is_avoided(const Target& target, sip::TimePoint now) const;

  /// True when a look-up has come to its end by it.
  bool on_resolved(const Resolved& resolved, sip::TimePoint now);
  bool on_deadline(sip::TimePoint now);
  std::optional<sip::TimePoint> next_deadline() const;
  std::vector<Resolve> take_questions();

  /// From where calls are whose, and what certificates must be for.
  std::vector<TrunkPeer> peers(const Rows& rows) const;
  Expect expectations(const Rows& rows) const;

 private:
  struct Known {
    trunk::Target target;
    Targets targets;
  };
  std::vector<std::size_t> shuffled(const std::vector<Known>& known) const;

  sip::IdSource& dice_;
  std::map<std::int64_t, std::vector<Known>> trunks_;
  std::map<Target, sip::TimePoint> avoided_;  ///< until when
  std::uint64_t last_block_{0};               ///< of question ids, so that none comes twice
};

}  // namespace proxy
