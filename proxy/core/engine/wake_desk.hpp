#pragma once
#include <map>
#include <string_view>
#include <unordered_map>

#include "proxy/core/engine/call_book.hpp"
#include "proxy/core/engine/core.hpp"
#include "sipstack/base/deadline_queue.hpp"

namespace proxy {

/// Wakes phones for something that is no call: a request inside a dialog (RFC 8599 section 6), and
/// the refresh of a registration whose phone cannot wake itself (section 5.5, `wake.refresh`).
class WakeDesk {
 public:
  WakeDesk(Core& core, CallBook& book) : core_{core}, book_{book} {}

  /// True when the device was asked to come, now or a moment ago; false when it cannot be.
  bool ask(DeviceKey device, std::string_view call_id, sip::Duration deadline);
  /// It is awake: what it was asked for is done, and its next refresh is planned.
  void device_came(DeviceKey device, bool registered);
  /// The device it was for, when the push was one of ours.
  std::optional<DeviceKey> on_push(const PushDone& done);
  void restore(const record::Snapshot& snapshot);
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const { return refreshes_.next(); }

 private:
  void plan_refresh(DeviceKey device);
  void withheld(DeviceKey device, std::string_view call_id);
  void keep(DeviceKey device, sip::WallTime at, std::uint32_t attempts, std::string result);

  struct Asked {
    DeviceKey device{0};
    sip::WallTime at{};
  };
  Core& core_;
  CallBook& book_;
  std::map<PushId, Asked> pushes_;
  std::unordered_map<DeviceKey, sip::TimePoint> asked_;     ///< devices that have not come since
  std::unordered_map<DeviceKey, sip::TimePoint> withheld_;  ///< when it was last kept
  sip::DeadlineQueue<DeviceKey> refreshes_;
};

}  // namespace proxy
