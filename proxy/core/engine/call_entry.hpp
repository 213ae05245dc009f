#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/call/fork_order.hpp"
#include "proxy/core/late_call/eligibility.hpp"
#include "proxy/core/record/rows.hpp"
#include "proxy/core/record/timeline.hpp"
#include "proxy/core/trunk/challenge.hpp"
#include "proxy/core/trunk/route_table.hpp"
#include "proxy/core/wake/leg.hpp"
#include "sipstack/base/allowance.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/transaction/layer.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy {

using CallKey = std::int64_t;    ///< record::Call::id
using DeviceKey = std::int64_t;  ///< record::Device::id

/// A caller that has heard nothing for so long gets a provisional response of ours.
inline constexpr sip::Duration own_provisional{1'000};
/// A push waits no longer for its commit: a full disk does not stop ringing.
inline constexpr sip::Duration commit_patience{50};

/// One INVITE on its way to one device.
struct Branch {
  sip::transaction::ClientId client{};
  DeviceKey device{0};    ///< 0: the PBX or a trunk
  std::int64_t trunk{0};  ///< it leaves by; 0: none
  sip::Flow flow;
  sip::Bytes bytes;          ///< while unanswered, to send again when the device wakes
  sip::TimePoint started{};  ///< when it left, its commit included
  std::uint64_t after{0};    ///< the batch it waits for
  unsigned breadth{0};       ///< its share of Max-Breadth, while it is open
  int provisional{0};        ///< highest 1xx heard
  int final_status{0};
  std::string final_response;  ///< as it would go to the caller
  std::optional<sip::TimePoint> supersede_at;
  std::optional<sip::TimePoint> timer_c;
  bool superseded{false};
  bool cancelled{false};
  bool passed_over{false};  ///< serial forking went on: its 487 is no answer of the device
  bool ended{false};        ///< its transaction is over

  bool heard() const { return provisional != 0 || final_status != 0; }
  bool pending() const { return !ended && final_status == 0; }
};

/// The call on one device (record::Leg) and what only lives in memory.
struct CallLeg {
  record::Leg row;
  bool can_push{false};
  bool persisted{false};
  bool rang{false};
  std::optional<sip::TimePoint> push_at{};       ///< the push waits for a sign of life until then
  std::optional<sip::TimePoint> asked{};         ///< when its push left; unknown after a restart
  std::optional<sip::TimePoint> asked_again{};   ///< the same of its second push
  std::optional<sip::TimePoint> retry_at{};      ///< when the second one is due
  std::optional<sip::TimePoint> window_until{};  ///< a late call may start until then
  std::size_t diversions{0};                     ///< of the call when it came to this device
  sip::Allowance visits{};  ///< of its device, over an address that is not listened to
};

/// A call that rings as part of another one of the same caller (`wake.coalesce`).
struct Following {
  CallKey leader{0};
  std::optional<sip::TimePoint> decide_at;  ///< once the leader has ended
  int status{0};                            ///< what to answer then; 0: ask the devices
};

/// A push that waits for its commit.
struct PendingPush {
  DeviceKey device{0};  ///< 0: no device, the user as such
  std::uint64_t seq{0};
  sip::TimePoint not_later{};
  std::uint32_t attempt{1};
};

/// A way a request may leave, as the routes say.
struct Way {
  std::int64_t trunk{0};   ///< 0: the PBX
  std::string route;       ///< its name
  std::string uri;         ///< the Request-URI there
  std::string set_caller;  ///< empty: as he is
  bool emergency{false};   ///< no limit holds
};

/// What a call that leaves by routes needs.
struct Outbound {
  Way now;
  std::vector<Way> ways;             ///< if that fails
  std::optional<trunk::Choice> end;  ///< if these fail too: a user of ours, or a refusal
  bool refused{false};               ///< by that
  /// The answer to the challenge of this way; nothing when there was none.
  std::optional<trunk::Credentials> credentials;
  unsigned answers{0};  ///< challenges of this way that were answered
};

/// A call that is for a group now.
struct Hunt {
  std::int64_t group{0};
  std::vector<std::int64_t> waiting{};  ///< members whose turn has not come, as users
  std::vector<std::int64_t> asked{};    ///< members whose turn it is
};

/// What a call carries that has gone on from whom it was for first (docs/adr/0010).
struct Switched {
  std::vector<std::string> been_at;  ///< whom it was for before, as addresses of record
  std::vector<std::int64_t> users;   ///< the same and group members, to be found by
  std::optional<Hunt> hunt;
  bool at_end{false};                   ///< whom it is for now has nobody to go on to
  std::vector<std::string> diversions;  ///< Diversion values (RFC 5806), the oldest first
};

/// One call: an INVITE that makes a dialog, from its arrival until nothing can come of it.
struct CallEntry {
  enum class Phase : std::uint8_t {
    asking,     ///< devices are asked, branches run
    answered,   ///< the caller got a 2xx
    cancelled,  ///< the caller gave up
    declined,   ///< a device declined for everybody
    failed,     ///< the caller got a final of ours or of a device
  };

  record::Call row;
  Phase phase{Phase::asking};
  std::optional<sip::Message> invite;  ///< until nobody can need it
  sip::Flow source;
  std::string caller_tag;
  std::string caller_aor;  ///< who was authenticated, empty for a trusted peer
  DeviceKey caller_device{0};
  std::int64_t user{0};  ///< callee, 0: the PBX
  DeviceKey only{0};     ///< the one device of the callee that is meant; 0: all
  bool straight{false};  ///< an emergency route led here: nothing diverts it
  int refusal{0};        ///< what the callee's own wish answers; 0: he has none
  sip::transaction::ServerId server{};
  unsigned breadth{60};   ///< how many branches it may have at a time (RFC 5393)
  bool too_broad{false};  ///< a branch was left out for that
  std::string loop_mark;  ///< of its branches; made with the first
  std::vector<Branch> branches;
  std::unique_ptr<Switched> switched;       ///< when it went on to others, or is for a group
  std::vector<sip::Flow> hops;              ///< to the PBX: where it may go if the ones before fail
  std::unique_ptr<Outbound> out;            ///< when it leaves by routes
  std::int64_t from_trunk{0};               ///< it came from; 0: none
  bool awaits_hops{false};                  ///< the name of the PBX is being looked up
  std::optional<sip::TimePoint> hop_until;  ///< a silent hop is left then
  std::vector<CallLeg> legs;
  std::vector<PendingPush> pending_pushes;
  std::vector<call::Candidate> unasked;  ///< serial forking: whose turn has not come
  std::optional<Following> following;
  std::vector<CallKey> followers;
  record::Timeline timeline;
  std::vector<record::MessageHead> heads;  ///< of its steps, until they are written
  bool keeps_heads{false};
  sip::TimePoint arrived{};
  std::optional<sip::TimePoint> provisional_at;  ///< next 1xx of our own
  std::optional<sip::TimePoint> wake_deadline;
  std::optional<sip::TimePoint> expires_at;     ///< Expires of the INVITE
  std::optional<sip::TimePoint> ring_until;     ///< `fork.ring_limit`
  std::optional<sip::TimePoint> no_answer_at;   ///< when the callee wants it to go on
  std::optional<sip::TimePoint> next_group_at;  ///< serial forking: when the next are asked
  std::optional<sip::TimePoint> window_at;      ///< end of the late-call window
  std::optional<sip::TimePoint> known_until;    ///< restored: its INVITE may be repeated so long
  std::optional<sip::TimePoint> hung_up_by;     ///< an active call that is over without its BYE
  bool final_sent{false};
  bool persisted{false};
  bool own_provisional{false};  ///< our own 1xx went to the caller
  bool any_provisional{false};  ///< a device's 18x went to the caller
  std::int64_t asked_user{0};   ///< for whom a push without a device went out
  /// Until then a device of the user is taken as asked though the call is over.
  std::optional<sip::TimePoint> user_window;
  sip::Allowance visits;                ///< the same, of whoever the user is called by
  std::optional<sip::TimePoint> ended;  ///< when it was decided
  bool told_already{false};             ///< who missed it was decided before the restart
  bool dirty{false};                    ///< changed since the row was last written

  /// When it is for a group now.
  Hunt* hunt() const { return switched && switched->hunt ? &*switched->hunt : nullptr; }
  bool over() const { return phase != Phase::asking; }
  CallLeg* leg(DeviceKey device);
  const CallLeg* leg(DeviceKey device) const;
  /// The branch of a device that is under way and not superseded; nothing when there is none.
  Branch* live_branch(DeviceKey device);
  /// False when it has as many steps as it may have.
  bool note(sip::WallTime at, record::Step what, DeviceKey device, std::string detail,
            std::size_t limit);
};

}  // namespace proxy
