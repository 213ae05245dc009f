#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "proxy/core/engine/targets.hpp"
#include "proxy/core/settings/settings.hpp"
#include "sipstack/base/ids.hpp"

namespace proxy {

/// The ways to the PBX: the one its literal address gives, or those its name leads to (RFC 3263).
class NextHops {
 public:
  explicit NextHops(sip::IdSource& dice) : dice_{dice} {}

  struct Route {
    std::vector<sip::Flow> flows;  ///< to try in this order
    bool looking{false};           ///< none is known yet; try again when news() says so
  };
  Route to_pbx(const Settings& settings, sip::TimePoint now);
  /// The same for a request inside a dialog: where the dialog is comes first.
  Route to_pbx(const Settings& settings, const sip::Flow& dialog, sip::TimePoint now);

  /// A hop did not answer, said 503, or could not be connected to.
  void failed(const sip::Flow& hop, sip::TimePoint now);
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
  bool news_{false};
};

}  // namespace proxy
