#include "proxy/core/wake/wake_watch.hpp"

#include <utility>

namespace proxy::wake {

void WakeWatch::asked(DeviceKey device, CallKey call, std::string call_id, sip::TimePoint at) {
  drop_closed(at);
  asked_[device] = {call, std::move(call_id), at};
  closing_.set(device, std::nullopt);
}

void WakeWatch::close(DeviceKey device, CallKey call, sip::TimePoint until) {
  const auto found = asked_.find(device);
  if (found != asked_.end() && found->second.call == call) closing_.set(device, until);
}

void WakeWatch::forget(DeviceKey device) {
  asked_.erase(device);
  closing_.set(device, std::nullopt);
}

std::optional<WakeWatch::Wake> WakeWatch::came(DeviceKey device, sip::TimePoint now) {
  drop_closed(now);
  const auto found = asked_.find(device);
  if (found == asked_.end()) return std::nullopt;
  Wake wake{std::move(found->second.call_id), now - found->second.at};
  forget(device);
  return wake;
}

void WakeWatch::drop_closed(sip::TimePoint now) {
  while (const auto device = closing_.pop_due(now)) asked_.erase(*device);
}

}  // namespace proxy::wake
