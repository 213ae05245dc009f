#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "sipstack/base/deadline_queue.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::wake {

/// Which devices were asked to wake and have not been heard of since: what a REGISTER is measured
/// against. One entry a device, for the call that asked last: of two pushes the newer one is the
/// likelier to have woken it. Monotonic time only, so that no wall clock jump is ever learned.
class WakeWatch {
 public:
  using DeviceKey = std::int64_t;
  using CallKey = std::int64_t;

  struct Wake {
    std::string call_id;
    sip::Duration took{};
  };

  /// The first push of a call left for this device at `at`.
  void asked(DeviceKey device, CallKey call, std::string call_id, sip::TimePoint at);
  /// The call is over: who comes after `until` did not come for it.
  void close(DeviceKey device, CallKey call, sip::TimePoint until);
  /// The device was heard without a REGISTER, or was not asked after all.
  void forget(DeviceKey device);
  /// The device came. Nothing when it was not asked, or comes too late to have been woken.
  std::optional<Wake> came(DeviceKey device, sip::TimePoint now);

  std::size_t size() const { return asked_.size(); }

 private:
  void drop_closed(sip::TimePoint now);

  struct Asked {
    CallKey call{0};
    std::string call_id;
    sip::TimePoint at{};
  };
  std::unordered_map<DeviceKey, Asked> asked_;
  sip::DeadlineQueue<DeviceKey> closing_;
};

}  // namespace proxy::wake
