#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/engine/call_book.hpp"
#include "proxy/core/engine/core.hpp"

namespace proxy {

/// Who is not listened to: budgets and bans on the way in. A phone that a call waits for is
/// listened to whatever others behind its address did, and so is a call to an emergency number from
/// whoever has authenticated.
class AbuseDesk {
 public:
  AbuseDesk(Core& core, CallBook& book) : core_{core}, book_{book} {}

  void restore(const record::Snapshot& snapshot);

  /// Before anything of a message is read: false drops it. `own` is the allowance of a flow that
  /// carries registrations, else nullptr.
  bool admits(const sip::Flow& flow, sip::Allowance* own, const std::string& bytes);
  /// A request that was read: scanners get no answer.
  bool admits(const Message& request, const sip::Flow& flow);
  /// A request that begins something; one too many is dropped, over a stream refused.
  bool admits_new(const Message& request, const sip::Flow& flow);

  /// The nonce of a wrong answer must not be looked at: too many were wrong already.
  bool distrusts(const Message& request, const sip::Flow& flow);
  void challenged(const sip::Flow& flow, std::string_view nonce);
  void failed(const Message& request, const sip::Flow& flow, std::string_view nonce);
  void proved(const sip::Flow& flow) { core_.guard->prove(flow, core_.now.mono); }

  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const;

 private:
  bool is_awaited(const sip::Flow& flow) const;
  bool is_awaited(const Message& request);
  bool waits_for(DeviceKey device);
  bool second_look(const sip::Flow& flow, const std::string& bytes);
  bool is_emergency_call(const sip::Flow& flow, const std::string& bytes);
  void refuse(const sip::Flow& flow, std::string_view what);

  Core& core_;
  CallBook& book_;
  bool stranger_{true};         ///< the message at hand came on a flow nobody has authenticated on
  bool awaited_{false};         ///< the message at hand passed because a call waits for its sender
  sip::Allowance emergencies_;  ///< calls to emergency numbers beyond any other limit
};

}  // namespace proxy
