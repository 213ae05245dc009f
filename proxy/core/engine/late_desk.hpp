#pragma once
#include <deque>
#include <map>
#include <unordered_map>

#include "proxy/core/engine/call_book.hpp"
#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/engine/core.hpp"
#include "proxy/core/late_call/attempt.hpp"

namespace proxy {

/// Late calls: a device that was asked to wake and comes when the call is over gets an INVITE with
/// the same Call-ID and then a CANCEL, so that its screen closes. One after another for a device,
/// oldest first; at most three attempts a leg; each attempt is committed before it leaves.
class LateDesk {
 public:
  LateDesk(Core& core, CallBook& book, CallDesk& calls) : core_{core}, book_{book}, calls_{calls} {}

  /// A device registered, or sent a keep-alive on its known flow.
  void device_came(DeviceKey device, bool registered);
  bool on_response(sip::transaction::ClientId client, const Message& response);
  bool on_client_lost(sip::transaction::ClientId client);
  void on_client_ended(sip::transaction::ClientId client) { attempts_.erase(client); }
  /// An attempt that could not be committed has not left and never does; the next REGISTER may
  /// bring another.
  void on_store_failed(Seq from, Seq to);
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const { return deadlines_.next(); }

 private:
  struct Running {
    CallKey call{0};
    DeviceKey device{0};
    sip::Flow flow;
    std::string reason;
    Seq after{0};
    late_call::Attempt attempt;
  };
  struct Line {  ///< what waits for one device
    std::deque<CallKey> waiting;
    sip::transaction::ClientId current{};
  };

  bool may_call(CallEntry& call, const CallLeg& leg) const;
  bool phone_has_call(const CallEntry& call, const registrar::DeviceEntry& device) const;
  void start_next(DeviceKey device);
  void start(CallEntry& call, CallLeg& leg);
  void apply(sip::transaction::ClientId client, late_call::Effect effect, const Message* response);
  void unreached(sip::transaction::ClientId client);
  void complete(sip::transaction::ClientId client);
  bool is_told(const Running& running) const;
  void release(sip::transaction::ClientId client, DeviceKey device);
  void hang_up(const Running& running, const Message& ok);
  void count(const CallEntry& call, bool done);

  Core& core_;
  CallBook& book_;
  CallDesk& calls_;
  std::unordered_map<sip::transaction::ClientId, Running> attempts_;
  std::map<DeviceKey, Line> lines_;
  sip::DeadlineQueue<sip::transaction::ClientId> deadlines_;
};

}  // namespace proxy
