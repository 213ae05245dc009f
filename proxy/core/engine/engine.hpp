#pragma once
#include <memory>
#include <optional>

#include "proxy/core/engine/action.hpp"
#include "proxy/core/engine/event.hpp"
#include "proxy/core/engine/reach.hpp"
#include "proxy/core/settings/settings.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/base/outbox.hpp"
#include "sipstack/base/time.hpp"

namespace proxy {

using sip::Duration;
using sip::Instant;
using sip::Outbox;
using sip::TimePoint;

/// The whole product without a socket, clock, thread or file: events in, actions out.
/// Not thread-safe. Output is drained by the caller after each call.
class Engine {
 public:
  Engine(std::shared_ptr<const Settings> settings, sip::IdSource& ids);
  ~Engine();
  Engine(Engine&&) = delete;

  /// Takes over what the store held; call once, before any event. Calls that were open when the
  /// process died are ended here: their callers get 480, their devices may get a late call.
  void restore(const record::Snapshot& snapshot, Instant now, Outbox<Action>& out);
  void on(Event event, Instant now, Outbox<Action>& out);
  void on_deadline(Instant now, Outbox<Action>& out);
  std::optional<TimePoint> next_deadline() const;

  /// Figures the engine keeps anyway; cheap.
  view::Counters counters() const;
  /// How often each row of each table was taken. Views of what the engine owns.
  Reach reach() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxy
