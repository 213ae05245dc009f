#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <string>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/view/provider.hpp"

namespace proxy::runtime::push {

/// How one service has been for one key lately. Time is given.
class HealthBook {
 public:
  /// Told when the state changes, for the log.
  using Changed = std::function<void(const view::Provider&)>;

  HealthBook(std::string provider, std::string name, Changed changed);

  /// A connection stands, or an answer that is no error of the service came.
  void well(sip::WallTime now);
  /// The service answered, with trouble of its own or of the set-up.
  void troubled(std::string why, sip::WallTime now);
  void refused_credentials(std::string why, sip::WallTime now);
  void unreachable(std::string why, sip::WallTime now);
  /// The service's own time, from an answer.
  void clock(sip::WallTime theirs, sip::WallTime ours) { facts_.clock_ahead = ours - theirs; }
  /// A push ended; `took` counts when the service answered.
  void ended(PushOutcome outcome, std::optional<sip::Duration> took);

  view::ProviderState state() const { return facts_.state; }
  /// With the percentiles of the last 256 answers.
  view::Provider facts() const;

 private:
  static constexpr std::size_t kept = 256;

  void change(view::ProviderState state);
  void note(std::string why, sip::WallTime now);

  view::Provider facts_;
  Changed changed_;
  std::array<std::int64_t, kept> times_{};
  std::size_t count_{0};
};

}  // namespace proxy::runtime::push
