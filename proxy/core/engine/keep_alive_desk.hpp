#pragma once
#include <cstdint>
#include <optional>

#include "proxy/core/engine/call_entry.hpp"
#include "proxy/core/engine/core.hpp"
#include "sipstack/base/deadline_queue.hpp"

namespace proxy {

/// Keeps the way to phones behind NAT open (`nat.keep_alive`): one datagram each interval to every
/// contact over UDP that is not where it says it is, as long as it is registered.
class KeepAliveDesk {
 public:
  explicit KeepAliveDesk(Core& core) : core_{core} {}

  /// Spreads what was registered before over the interval.
  void restore(const record::Snapshot& snapshot);
  void device_registered(DeviceKey device);
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const { return due_.next(); }

 private:
  bool needs_it(const registrar::Contact& contact) const;
  void run(std::int64_t binding);
  void ask(const sip::Flow& flow, std::string_view contact);

  Core& core_;
  sip::DeadlineQueue<std::int64_t> due_;  ///< by binding id
};

}  // namespace proxy
