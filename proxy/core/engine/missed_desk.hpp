#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/core/engine/call_book.hpp"
#include "proxy/core/engine/core.hpp"
#include "proxy/core/engine/event.hpp"

namespace proxy {

/// Notices of missed calls (`late_call.missed_push`) for devices that were asked to wake and never
/// got the call: an alert push, once, or a MESSAGE at a REGISTER, at most three times within seven
/// days. The row of a leg says what is still owed, and each attempt is committed before it leaves.
class MissedDesk {
 public:
  MissedDesk(Core& core, CallBook& book) : core_{core}, book_{book} {}

  /// Takes over the calls that are over for everybody else (Core::missed); after every step.
  void collect();
  void device_registered(DeviceKey device);
  void device_went(DeviceKey device);
  /// True when the push was one of ours.
  bool on_push(const PushDone& done);
  bool on_response(sip::transaction::ClientId client, const Message& response);
  bool on_client_lost(sip::transaction::ClientId client);
  void on_committed(Seq seq);
  void on_store_failed(Seq from, Seq to);
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const { return deadlines_.next(); }

 private:
  using LegKey = std::int64_t;  ///< record::Leg::id
  struct Owed {
    record::Leg leg;
    bool window_over{false};
    Seq after{0};      ///< its push waits for this batch
    bool busy{false};  ///< a MESSAGE is under way
    sip::WallTime handed_over{};
  };

  void take(const MissedCall& missed, const record::Leg& leg);
  bool make_room(DeviceKey device);
  void start_push(LegKey key, Owed& owed);
  void hand_over(LegKey key, Owed& owed);
  void send_next(DeviceKey device);
  void send_message(LegKey key, Owed& owed, const registrar::Contact& contact);
  void settle(LegKey key, bool sent, std::string detail);
  void lost(LegKey key, std::string detail);
  void write_call(record::Call& call, record::Step what, DeviceKey device, std::string detail);

  Core& core_;
  CallBook& book_;
  std::map<LegKey, Owed> owed_;
  struct Told {
    record::Call call;
    std::size_t owed{0};
  };
  std::map<CallKey, Told> calls_;
  std::multimap<DeviceKey, LegKey> by_device_;
  std::vector<LegKey> uncommitted_;  ///< whose push waits for a commit
  std::map<PushId, LegKey> pushes_;
  std::unordered_map<sip::transaction::ClientId, LegKey> messages_;
  sip::DeadlineQueue<LegKey> deadlines_;  ///< the end of the window, then of the seven days
};

}  // namespace proxy
