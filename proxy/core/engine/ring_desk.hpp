#pragma once
#include <map>
#include <optional>
#include <unordered_map>

#include "proxy/core/engine/core.hpp"
#include "proxy/core/engine/wake_desk.hpp"
#include "proxy/core/late_call/attempt.hpp"

namespace proxy {

/// Ring tests: a device is woken as for no call and, when it registers, called by ourselves; the
/// call is cancelled as soon as it rings. Kept in memory, the last one of each device.
class RingDesk {
 public:
  RingDesk(Core& core, WakeDesk& wakes) : core_{core}, wakes_{wakes} {}

  /// Begins a test; refused while one runs and for a device that nothing reaches.
  view::Answer begin(DeviceKey device);
  view::Answer last_of(DeviceKey device) const;

  void on_push(DeviceKey device, const PushDone& done);
  void device_came(DeviceKey device, bool registered);
  bool on_response(sip::transaction::ClientId client, const Message& response);
  bool on_client_lost(sip::transaction::ClientId client);
  void on_client_ended(sip::transaction::ClientId client) { calls_.erase(client); }
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const { return deadlines_.next(); }

 private:
  struct Test {
    view::RingTest seen;
    std::string call_id;
    bool waits{true};  ///< for the phone to come, or for a moment before a call
    std::optional<sip::TimePoint> until{};  ///< its push may bring it until then
    bool rang{false};
    sip::transaction::ClientId client{};
    sip::Flow flow{};
    late_call::Attempt attempt{sip::TimePoint{}};
  };

  void make_room();
  void note(Test& test, view::RingStep what, std::string detail = {});
  void finish(Test& test, view::RingResult result);
  bool may_come(const Test& test) const;
  void call(Test& test, const registrar::Contact& contact);
  void late_answer(const Test& test, sip::transaction::ClientId client, const Message& response);
  void apply(Test& test, late_call::Effect effect, const Message* response);
  void settle(Test& test, const Message* response);
  void hang_up(const Test& test, const Message& ok);

  Core& core_;
  WakeDesk& wakes_;
  std::map<DeviceKey, Test> tests_;
  std::unordered_map<sip::transaction::ClientId, DeviceKey> calls_;
  sip::DeadlineQueue<DeviceKey> deadlines_;
};

}  // namespace proxy
