#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/call/diversion.hpp"
#include "proxy/core/engine/asserted_identity.hpp"
#include "proxy/core/engine/call_book.hpp"
#include "proxy/core/engine/core.hpp"
#include "proxy/core/engine/event.hpp"
#include "proxy/core/push/webhook.hpp"
#include "proxy/core/wake/wake_watch.hpp"
#include "sipstack/message/message.hpp"

namespace proxy {

/// Calls from INVITE to their end: which devices are asked, which branches run, what the caller is
/// told, and which legs are left for a late call. Split over call_arrival, call_fork,
/// call_following, call_forward, call_hunt, call_trunks, call_waking, call_windows, call_retry,
/// call_branches, call_hops, call_ending, call_heads and call_timers.
class CallDesk {
 public:
  CallDesk(Core& core, CallBook& book) : core_{core}, book_{book} {}

  // --- call_arrival.cpp --------------------------------------------------------------------
  struct Meant {
    DeviceKey only{0};     ///< the one device of the user (a GRUU); 0: all
    bool straight{false};  ///< nothing diverts the call: an emergency route led here
  };
  /// A new INVITE for a user of ours. `caller_aor`: who was authenticated, empty for a trusted
  /// peer.
  void arrive(Message invite, const sip::Flow& source, std::string_view caller_aor,
              registrar::UserEntry& callee, Meant meant);
  /// A new INVITE that goes to the PBX.
  void arrive_for_pbx(Message invite, const sip::Flow& source, std::string_view caller_aor);

  // --- call_hunt.cpp -----------------------------------------------------------------------
  /// A new INVITE for a group of ours. `straight`: an emergency route led here.
  void arrive_for_group(Message invite, const sip::Flow& source, std::string_view caller_aor,
                        const record::Group& group, bool straight);

  // --- call_trunks.cpp ---------------------------------------------------------------------
  /// Ways by which a call may leave, and where it ends when all of them have failed.
  struct Ways {
    std::vector<Way> ways;
    std::optional<trunk::Choice> end;
  };
  /// A new INVITE that leaves by routes: by the first of these ways, and by the next when that
  /// fails.
  void arrive_by_routes(Message invite, const sip::Flow& source, std::string_view caller_aor,
                        Ways by);
  /// False when the trunk has as many calls as it may have.
  bool has_channel(const record::Trunk& trunk) const;
  /// Calls are said to be of a trunk by its name.
  void renamed_trunk(const std::string& from, const std::string& to);
  /// That have not ended, both ways.
  std::size_t calls_on(std::int64_t trunk) const;

  // --- call_waking.cpp ---------------------------------------------------------------------
  /// A device registered, or sent a keep-alive on its known flow. Calls that are still open deliver
  /// to it.
  void device_came(DeviceKey device, bool registered);
  /// The same app under a new instance (it was installed again): calls that wait for the old one
  /// wait for the new one.
  void device_moved(DeviceKey from, DeviceKey to);
  /// A device un-registered or was removed: no call waits for it any more.
  void device_went(DeviceKey device);
  void on_push(const PushDone& done);
  /// Hands over the pushes whose commit is done.
  void on_committed(Seq seq);
  /// The INVITEs that waited for these batches are thrown away. A full disk does not stop ringing:
  /// they leave now.
  void on_store_failed(Seq from, Seq to);

  // --- call_branches.cpp -------------------------------------------------------------------
  /// True when the response was for a branch of a call.
  bool on_response(sip::transaction::ClientId client, const Message& response);
  bool on_client_lost(sip::transaction::ClientId client, bool timed_out);
  void on_client_ended(sip::transaction::ClientId client);

  // --- call_hops.cpp -----------------------------------------------------------------------
  /// A look-up has ended: calls that wait for it go on, or end.
  void on_hops_known();

  // --- call_ending.cpp ---------------------------------------------------------------------
  /// CANCEL from the caller; it has been answered already.
  void cancel(sip::transaction::ServerId server, const Message& cancel);
  void on_server_ended(sip::transaction::ServerId server) { book_.forget_server(server); }
  /// BYE went through.
  void hung_up(std::string_view call_id, std::string_view caller_tag, bool by_caller);
  /// Of a call whose INVITE is still there.
  static Sender sender_of(const CallEntry& call);
  /// The owner ends a call that is not answered yet; false when there is none to end.
  bool end_by_owner(CallKey key);
  void on_deadline();  // call_timers.cpp
  /// Devices that came while a call rang, but whose older branch was still waited for when the call
  /// ended, and has turned out mute: nobody has told them that it is over. Each is given out once.
  std::vector<DeviceKey> take_untold() { return std::exchange(untold_, {}); }
  std::optional<sip::TimePoint> next_deadline() const { return book_.deadlines.next(); }
  /// Ends what the process was in the middle of when it died (design, "After a crash").
  void restore(const record::Snapshot& snapshot);

  // --- shared with the late desk -------------------------------------------------------------
  /// `sent`: the message of the step, when we sent it.
  void note(CallEntry& call, record::Step what, DeviceKey device = 0, std::string detail = {},
            std::string_view sent = {});
  /// Runs the leg's machine and writes the row when the leg is kept in the store.
  bool step(CallEntry& call, CallLeg& leg, wake::LegInput input);
  void write_call(CallEntry& call);
  void write_leg(CallLeg& leg);
  /// After any touch: gives the caller what is due, sets the next deadline, forgets a call that
  /// nothing can come of. The entry may be gone afterwards.
  void settle(CallKey key);

 private:
  // call_arrival.cpp
  CallEntry make_entry(Message invite, const sip::Flow& source, std::string callee);
  bool open(CallEntry& call);
  bool ended_at_restart(const CallEntry& again);
  void ask_device(CallEntry& call, const registrar::DeviceEntry& device);
  bool is_caller(const CallEntry& call, const registrar::DeviceEntry& device) const;
  admission::Stretch stretch_of(const CallEntry& call) const;
  bool within_budget(CallEntry& call, DeviceKey device);
  std::int64_t owner_of(const CallEntry& call, DeviceKey device) const;
  static void withhold_push(CallEntry& call, DeviceKey device);
  void plan_push(CallEntry& call, DeviceKey device);
  void hand_over(CallEntry& call, const PendingPush& pending, bool durable);
  void ask_to_wake(CallEntry& call, const PendingPush& pending);
  push::CallNotice notice_of(const CallEntry& call, const PendingPush& pending) const;
  void persist(CallEntry& call);

  // call_fork.cpp
  void ask_devices(CallEntry& call);
  void add_candidates(CallEntry& call, const registrar::UserEntry& callee);
  bool ask_next(CallEntry& call);
  void pass_over(CallEntry& call);
  void pass_over_ringing(CallEntry& call);
  void end_at_ring_limit(CallEntry& call);

  // call_forward.cpp
  void ask_callee(CallEntry& call);
  /// Where a target of a forward leads. Nobody and no way: refused with `status`.
  struct Destination {
    registrar::UserEntry* user{nullptr};
    const record::Group* group{nullptr};
    Ways by;
    bool straight{false};
    int status{0};
  };
  Destination one_of_ours(std::string_view aor) const;
  Destination destination_of(const std::string& target, const std::string& by) const;
  bool forward(CallEntry& call, call::ForwardCause cause);
  bool go_on_to(CallEntry& call, const std::string& target, const std::string& by,
                call::ForwardCause cause);
  /// Of whom the call is for now; null: of nobody.
  struct Wish {
    const std::string* target{nullptr};
    const std::string* by{nullptr};
  };
  Wish wish_of(const CallEntry& call, call::ForwardCause cause) const;
  void leave_callee(CallEntry& call, const std::string& callee);
  bool was_at(const CallEntry& call, const Destination& to) const;
  void take(CallEntry& call, const Destination& to);
  void leave_by(CallEntry& call, Ways by);
  void end_by_route(CallEntry& call);
  bool goes_on(CallEntry& call);
  bool may_go_on(const CallEntry& call) const;
  std::optional<call::ForwardCause> cause_to_forward(const CallEntry& call) const;
  void on_no_answer(CallEntry& call);
  bool rings_at(const CallEntry& call, std::int64_t user) const;
  bool speaks_for_all(const CallEntry& call, DeviceKey device) const;

  // call_hunt.cpp
  void take_group(CallEntry& call, const record::Group& group);
  void ask_group(CallEntry& call);
  bool ask_next_member(CallEntry& call);
  void add_member(CallEntry& call, const registrar::UserEntry& member);
  const registrar::UserEntry* member_to_ask(const CallEntry& call, std::int64_t user) const;

  // call_following.cpp
  bool follow_another(CallEntry& call);
  CallKey find_leader(const CallEntry& call) const;
  void release_followers(CallEntry& leader);
  void stop_following(CallEntry& call);

  // call_waking.cpp
  void deliver(CallEntry& call, CallLeg& leg, bool woke);
  /// One INVITE as it is sent: to whom, and how.
  struct Aim {
    DeviceKey device{0};
    sip::Flow flow;  ///< where the dialog finds this side later
    sip::Flow way;   ///< how this request goes there
    std::string uri;
    std::string path;
    unsigned breadth{0};  ///< its share of Max-Breadth
  };
  void start_branch(CallEntry& call, Aim aim, Seq after);
  sip::Bytes invite_for(const CallEntry& call, const Aim& aim, std::string_view branch) const;
  void start_branch(CallEntry& call, const registrar::DeviceEntry& device,
                    const registrar::Contact& contact);
  unsigned breadth_for(const CallEntry& call, DeviceKey device) const;
  void supersede(CallEntry& call, Branch& branch);
  void send_again(const Branch& branch);
  void join(CallEntry& call, const registrar::DeviceEntry& device);
  void came_for(CallEntry& call, CallLeg& leg, bool registered);
  CallLeg& add_leg(CallEntry& call, DeviceKey device);
  void push_trouble(CallEntry& call, CallLeg& leg, const PushDone& done);

  // call_branches.cpp
  void on_provisional(CallEntry& call, Branch& branch, const Message& response);
  void on_answer(CallEntry& call, Branch& branch, const Message& response);
  void on_refusal(CallEntry& call, Branch& branch, const Message& response);
  void not_reached(CallEntry& call, Branch& branch, int status, std::string why);
  void refused_here(CallEntry& call, Branch& branch, int status);
  void response_after_end(CallEntry& call, Branch& branch, const Message& response);
  void end_branch(Branch& branch, int status, std::string response);
  void hang_up(CallEntry& call, const Branch& branch, const Message& ok);
  void branch_told(CallEntry& call, const Branch& branch);

  // call_hops.cpp
  void next_hop(CallEntry& call);
  bool has_next(CallEntry& call);
  void go_on(CallEntry& call);
  bool may_leave_hop(CallEntry& call, const Branch& left);
  static bool is_at_hop(const CallEntry& call, const Branch* left);
  /// A hop to the PBX failed. True when the call is on its way to the next one.
  enum class Left : std::uint8_t { said_503, unreachable, silent };
  bool left_hop(CallEntry& call, Branch& branch, Left how, const std::string& why);
  /// The next hop is the same peer over UDP: this one was tried for the size of the request.
  static bool falls_back(const CallEntry& call, const Branch& branch) {
    return !call.hops.empty() && branch.flow.reliable() &&
           call.hops.front().peer == branch.flow.peer;
  }
  void on_hop_timer(CallEntry& call);
  void no_hop(CallEntry& call);

  // call_trunks.cpp
  bool has_next_hop(CallEntry& call);
  bool has_channel_but(const CallEntry& call, const record::Trunk& trunk) const;
  void take(CallEntry& call, Way way, std::vector<sip::Flow> hops);
  NextHops::Route hops_of(std::int64_t trunk);
  bool answer_challenge(CallEntry& call, Branch& branch, const Message& response);
  static bool is_foreign_challenge(const Branch& branch, int status);

  // call_ending.cpp
  void answer_caller(CallEntry& call, int status, std::string_view reason, std::string bytes,
                     const Core::Headers& headers = {});
  void end_ringing(CallEntry& call, CallEntry::Phase phase, std::string end_reason);
  void cancel_branch(CallEntry& call, Branch& branch);
  void drop_pushes(CallEntry& call);
  /// Somebody may still take it: whom it is for now, or anybody it was for.
  enum class Whose : bool { callee, anybody };
  bool outstanding(const CallEntry& call, Whose whose) const;
  void conclude(CallEntry& call);
  void conclude_asking(CallEntry& call);
  void send_best(CallEntry& call);
  void give_up(CallEntry& call);
  bool is_decided(const CallEntry& call) const;
  bool can_forget(const CallEntry& call) const;
  void drop_invite(CallEntry& call);
  void end_active(CallEntry& call, std::string how);
  void finish(CallEntry& call);
  void restore_call(const record::Snapshot& snapshot, const record::Call& row);
  void end_restored(CallEntry& call);
  std::string reason_of(const CallEntry& call) const;

  // call_heads.cpp
  /// From now on the heads of its messages are kept, as far as the settings want that.
  void begin_heads(CallEntry& call);
  void keep_head(CallEntry& call, record::Step what, std::string_view sent);
  static void add_head(CallEntry& call, std::size_t step, std::string head);
  void write_heads(CallEntry& call);

  // call_windows.cpp
  /// The call is held for this device, whose push leaves now; never shorter than for another.
  void hold_for(CallEntry& call, DeviceKey device);
  void watch_wake(const CallEntry& call, const CallLeg& leg);
  void watch_input(const CallLeg& leg, wake::LegInput input);
  void learn_wake(DeviceKey device);
  /// The call has ended: until when this device may come for it, or that it may not.
  void open_window(CallEntry& call, CallLeg& leg, sip::TimePoint end);
  void open_user_window(CallEntry& call);
  void open_windows_again(CallEntry& call);  ///< after a restart
  void close_windows(CallEntry& call);
  void owe_notices(CallEntry& call);

  // call_retry.cpp
  void plan_retry(CallLeg& leg);
  bool may_push_again(const CallEntry& call, const CallLeg& leg) const;
  void push_again(CallEntry& call, CallLeg& leg);
  void hand_over_again(CallEntry& call, const PendingPush& pending, bool durable);
  void take_back(CallEntry& call, CallLeg& leg, const PendingPush& pending);

  // call_timers.cpp
  void run_timers(CallEntry& call);
  void on_timer_c(CallEntry& call, Branch& branch);
  void send_own_provisional(CallEntry& call);
  void rearm(CallEntry& call);

  Core& core_;
  CallBook& book_;
  wake::WakeWatch wakes_;
  std::vector<CallKey> awaiting_commit_;  ///< calls with pushes that wait for their commit
  std::vector<CallKey> awaiting_hops_;    ///< calls that wait for the name of the PBX
  std::vector<DeviceKey> untold_;
};

}  // namespace proxy
