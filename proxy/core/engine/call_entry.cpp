#include "proxy/core/engine/call_entry.hpp"

#include <algorithm>

namespace proxy {

CallLeg* CallEntry::leg(DeviceKey device) {
  for (CallLeg& l : legs)
    if (l.row.device_id == device) return &l;
  return nullptr;
}

const CallLeg* CallEntry::leg(DeviceKey device) const {
  const auto at =
      std::ranges::find_if(legs, [device](const CallLeg& l) { return l.row.device_id == device; });
  return at == legs.end() ? nullptr : &*at;
}

Branch* CallEntry::live_branch(DeviceKey device) {
  for (Branch& b : branches)
    if (b.device == device && b.pending() && !b.superseded) return &b;
  return nullptr;
}

bool CallEntry::note(sip::WallTime at, record::Step what, DeviceKey device, std::string detail,
                     std::size_t limit) {
  if (timeline.size() >= limit) return false;
  timeline.push_back({at, what, device, std::move(detail)});
  return true;
}

}  // namespace proxy
