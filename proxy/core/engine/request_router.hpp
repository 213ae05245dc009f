#pragma once
#include "proxy/core/engine/abuse_desk.hpp"
#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/engine/dialog_desk.hpp"
#include "proxy/core/engine/keep_alive_desk.hpp"
#include "proxy/core/engine/late_desk.hpp"
#include "proxy/core/engine/missed_desk.hpp"
#include "proxy/core/engine/registration_desk.hpp"
#include "proxy/core/engine/ring_desk.hpp"

namespace proxy {

/// The one place where a request is decided on: who it is from, what it is for, which desk takes
/// it (RFC 3261 sections 16.3 to 16.5).
class RequestRouter {
 public:
  RequestRouter(Core& core, CallBook& book, AbuseDesk& abuse, CallDesk& calls, LateDesk& late,
                MissedDesk& missed, WakeDesk& wakes, RingDesk& rings, DialogDesk& dialogs,
                RegistrationDesk& registrations, KeepAliveDesk& keep_alives)
      : core_{core},
        book_{book},
        abuse_{abuse},
        calls_{calls},
        late_{late},
        missed_{missed},
        wakes_{wakes},
        rings_{rings},
        dialogs_{dialogs},
        registrations_{registrations},
        keep_alives_{keep_alives} {}

  void route(Message request, const sip::Flow& flow);
  /// A device is known to be awake: calls in both desks may want it.
  void device_came(DeviceKey device, bool registered);

 private:
  bool is_sound(const Message& request, const sip::Flow& flow);
  bool is_understood(const Message& request, const sip::Flow& flow, sip::HeaderName name,
                     std::string_view known);
  bool is_copy(const Message& request, const sip::Flow& flow);
  bool is_for_us(const Message& request) const;
  void options(const Message& request, const sip::Flow& flow);
  void cancel(const Message& request, const sip::Flow& flow, sip::transaction::ServerId invite);
  std::int64_t trunk_inside(const routing::Side& sender, const sip::Flow& flow) const;
  void in_dialog(const Message& came, const sip::Flow& flow);
  void for_our_contact(const Message& request, const sip::Flow& flow);
  void admitted(Message request, const sip::Flow& flow);
  std::optional<std::string> admit(const Message& request, const sip::Flow& flow,
                                   std::int64_t& trunk);
  void registration(const Message& request, const sip::Flow& flow, std::string_view aor);
  bool is_merged(const Message& request, sip::transaction::ServerId first);
  void to_target(Message request, const sip::Flow& flow, const std::string& caller);
  void to_device(Message request, const sip::Flow& flow, const std::string& caller,
                 std::optional<DeviceKey> id);
  void to_group(Message request, const sip::Flow& flow, const std::string& caller,
                const record::Group& group, bool straight);
  // request_routes.cpp
  /// Nobody of ours is meant. True when the routes have decided what becomes of the request.
  bool by_routes(Message& request, const sip::Flow& flow, const std::string& caller);
  void end_by_route(Message& request, const sip::Flow& flow, const std::string& caller,
                    const trunk::Choice& choice);
  void to_pbx(Message request, const sip::Flow& flow, std::string_view caller);

  Core& core_;
  CallBook& book_;
  AbuseDesk& abuse_;
  CallDesk& calls_;
  LateDesk& late_;
  MissedDesk& missed_;
  WakeDesk& wakes_;
  RingDesk& rings_;
  DialogDesk& dialogs_;
  RegistrationDesk& registrations_;
  KeepAliveDesk& keep_alives_;
  std::optional<sip::transaction::ServerId> merged_with_;
};

}  // namespace proxy
