#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/record/timeline.hpp"
#include "proxy/core/view/ring_test.hpp"
#include "proxy/core/view/trunk_state.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::view {

// What may be asked of the engine about its live state, and what it answers. Lists of what is
// stored (users, devices, registrations, ended calls, tokens) are read from SQLite instead.

struct LiveCalls {
  std::optional<record::CallState> state;  ///< held, ringing or active; nothing: all of them
  std::int64_t after_id{0};                ///< cursor: only calls with a larger id
  std::size_t limit{200};                  ///< at most 200
};
struct OneCall {
  std::int64_t id{0};
};
struct StatusQuery {};
/// The last ring test of a device.
struct RingTestQuery {
  std::int64_t device{0};
};
/// Where a call would go now, and why.
struct RouteTest {
  std::string number;   ///< "0301234", "bob@example.com" or a SIP URI
  std::string caller;   ///< "alice@example.com"; empty: nobody in particular
  std::string trunk{};  ///< the call comes from; empty: from a user
};
using Query = std::variant<LiveCalls, OneCall, StatusQuery, RingTestQuery, RouteTest, TrunkQuery>;

struct CallView {
  record::Call call;  ///< `timeline` holds the blob as of now
  std::vector<record::Leg> legs;
  std::optional<sip::WallTime> held_until{};  ///< of a held call whose phones were asked to wake
  /// Of one call, by its steps; lists have none. From the engine: those not written yet.
  std::vector<record::MessageHead> heads{};
};
struct Calls {
  std::vector<CallView> calls;
  bool more{false};
};
/// Figures since the start, and gauges.
struct Counters {
  std::uint64_t messages_in{0}, messages_out{0}, malformed{0}, dropped{0};
  std::uint64_t requests{0}, responses{0};
  std::uint64_t registers_ok{0}, registers_challenged{0}, registers_refused{0};
  std::uint64_t calls_answered{0}, calls_missed{0}, calls_declined{0}, calls_failed{0};
  std::uint64_t pushes_accepted{0}, pushes_refused{0}, pushes_dead{0}, pushes_failed{0};
  std::uint64_t pushes_withheld{0};
  std::uint64_t late_answered_done{0}, late_answered_failed{0}, late_missed_done{0},
      late_missed_failed{0};
  std::uint64_t overload{0};
  std::uint64_t refused_banned{0}, refused_messages{0}, refused_requests{0}, refused_scanners{0},
      refused_amplifying{0};
  std::uint64_t failed_logins{0}, bans_set{0}, bans{0};
  std::uint64_t users{0}, devices{0}, registrations{0}, held_calls{0}, ringing_calls{0},
      active_calls{0}, transactions{0};
  /// Cumulative histogram counts for the bounds below, then count and sum in milliseconds.
  struct Histogram {
    std::array<std::uint64_t, 8> le{};
    std::uint64_t count{0};
    std::uint64_t sum_ms{0};
  };
  static constexpr std::array<std::uint64_t, 8> bounds_ms{50,   100,  250,  500,
                                                          1000, 2500, 5000, 15000};
  Histogram push_ms, wake_ms;
};
/// Where calls to the PBX go now.
struct Pbx {
  std::string host;                  ///< as configured: a name or an address
  std::vector<std::string> targets;  ///< "udp:192.0.2.10:5060"
  std::string trouble;               ///< why its name could not be looked up last; empty: it could
};
struct Status {
  Counters counters;
  std::optional<Pbx> pbx;
};
struct RouteTested {
  struct Step {
    std::int64_t route{0};  ///< 0: no route, but what is asked before and behind them
    std::string name;
    bool matches{false};
    std::string why;
  };
  std::string callee;       ///< as routes see it
  std::vector<Step> steps;  ///< in the order in which they were looked at
  /// What becomes of the call: "user", "group", "trunk", "pbx" or "reject"; others are tried when
  /// it fails.
  struct End {
    std::string kind;
    std::string to;           ///< user, group, trunk or host
    std::string number;       ///< as it leaves
    std::string caller;       ///< as it is shown there; empty: unchanged
    std::uint32_t status{0};  ///< of a refusal
    bool emergency{false};
  };
  std::vector<End> ends;
};
struct Done {
  std::int64_t id{0};                       ///< of the row that was made or changed
  std::optional<record::User> user;         ///< after AddUser and ChangeUser
  std::size_t count{0};                     ///< after ImportUsers
  std::optional<record::Ban> ban{};         ///< after AddBan
  std::optional<record::ApiToken> token{};  ///< after AddToken
  std::optional<record::Trunk> trunk{};     ///< after AddTrunk and ChangeTrunk
  std::optional<record::Route> route{};     ///< after AddRoute and ChangeRoute
  std::optional<record::Group> group{};     ///< after AddGroup and ChangeGroup
};
/// The change or query could not be done. `status` is an HTTP status: 400, 404, 409, 503.
struct Refused {
  int status{400};
  std::string field;
  std::string why;
};
using Answer =
    std::variant<Calls, CallView, Status, RouteTested, TrunkStates, Done, RingTest, Refused>;

}  // namespace proxy::view
