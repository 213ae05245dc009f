#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proxy/core/record/forwarding.hpp"
#include "proxy/core/record/group.hpp"
#include "proxy/core/record/trunk_rows.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::record {

using sip::WallTime;

// Plain rows, the same in memory, in the store and in a recording. Ids are given out by the engine
// (largest known + 1) and are the integer primary keys. Times are wall times in milliseconds.
// Texts from the wire are bytes: the store binds them as TEXT only when they are printable ASCII
// by construction, else as BLOB.

struct User {
  std::int64_t id{0};
  std::string aor;               ///< "alice@example.com", canonical
  std::string display_name;      ///< UTF-8, may be empty
  std::string ha1_md5;           ///< 32 hex digits, may be empty
  std::string ha1_sha256;        ///< 64 hex digits, may be empty
  std::string ha1_sha512_256{};  ///< the same; rows of older versions have none
  bool enabled{true};
  WallTime created_at{};
  std::uint32_t max_contacts{0};  ///< registrations at a time; 0: `registrar.max_contacts`
  Forwarding forwarding{};
  bool operator==(const User&) const = default;
};

/// The push coordinates of a device (RFC 8599), empty provider: cannot be woken.
struct PushTarget {
  std::string provider;  ///< pn-provider as given: "apns", "apns.dev", "fcm", "webpush", "webhook"
  std::string param;     ///< pn-param
  std::string prid;      ///< pn-prid, raw
  std::string keys{};    ///< Web Push: "p256dh:auth" as the phone gave them, may be empty
  bool operator==(const PushTarget&) const = default;
  explicit operator bool() const { return !provider.empty() && !prid.empty(); }
};

/// Which of Apple's two environments a token turned out to be of.
enum class Environment : std::uint8_t { as_registered, production, sandbox };

struct Device {
  std::int64_t id{0};
  std::int64_t user_id{0};
  std::string key;       ///< what makes it this device: "i:<instance>", "t:<token>", "c:<contact>"
  std::string instance;  ///< +sip.instance without quotes, may be empty
  PushTarget push;
  std::string user_agent;
  WallTime first_seen{};
  WallTime last_register{};
  std::string token_dead;  ///< the push service's reason when it said so, else empty
  WallTime token_dead_at{};
  std::int64_t wake_count{0};
  std::int64_t last_wake_ms{0};
  std::string wake_times;     ///< the last ones, bytes: record::add_wake_time
  WallTime last_push{};       ///< when a push service last answered for it
  std::string last_result{};  ///< what it said: "accepted", "refused: ..."
  Environment environment{Environment::as_registered};
  bool wakes_itself{false};  ///< +sip.pnsreg: it refreshes its registration without a push
  bool operator==(const Device&) const = default;
};

/// One contact of a device (RFC 3261 section 10), whole.
struct Binding {
  std::int64_t id{0};
  std::int64_t device_id{0};
  std::uint32_t reg_id{0};  ///< RFC 5626, 0 when not given
  std::string contact;      ///< URI as registered
  std::string flow;         ///< sip::to_string(Flow)
  std::string call_id;
  std::uint32_t cseq{0};
  std::uint16_t q{1000};  ///< thousandths
  std::string path;       ///< Path values, comma-joined
  WallTime expires_at{};
  bool operator==(const Binding&) const = default;
};

/// What a refresh changes; one row by integer key.
struct BindingRefresh {
  std::int64_t id{0};
  std::uint32_t cseq{0};
  WallTime expires_at{};
  std::string flow;
  std::string contact;
  bool operator==(const BindingRefresh&) const = default;
};

/// When a device registered, in a row that holds more; nothing when it is not stored.
struct DeviceSeen {
  std::int64_t id{0};
  WallTime last_register{};
  bool operator==(const DeviceSeen&) const = default;
};

enum class CallState : std::uint8_t { held, ringing, active, ended };

struct Call {
  std::int64_t id{0};
  std::string call_id;      ///< opaque bytes
  std::string caller;       ///< From URI
  std::string caller_name;  ///< From display name, may be empty
  std::string callee;       ///< address of record or dialled URI
  CallState state{CallState::held};
  WallTime started_at{};
  std::optional<WallTime> answered_at;
  std::optional<WallTime> ended_at;  ///< end of the call attempt (final response or CANCEL)
  std::string end_reason;            ///< "answered", "cancelled", "no answer", "busy", ...
  int final_status{0};
  std::string cancel_reason;  ///< Reason of the caller's CANCEL
  std::string timeline;       ///< blob, record::encode(Timeline)
  std::string verdict;        ///< one sentence, UTF-8
  std::string from_trunk;     ///< name of the trunk it came by, empty: none
  std::string to_trunk;       ///< by which it left, or, taken by nobody, was tried last
  bool operator==(const Call&) const = default;
};

/// The INVITE of a call with pushed legs, kept for the late call and erased after the window.
struct CallInvite {
  std::int64_t call_id{0};  ///< Call::id
  std::string bytes;
  std::string flow;  ///< where it came from
  bool operator==(const CallInvite&) const = default;
};

/// Start line and headers of one message of a call, secrets hidden; appended once and never
/// rewritten, gone with its call.
struct MessageHead {
  std::int64_t call_id{0};  ///< Call::id
  std::uint32_t step{0};    ///< which entry of its timeline, from 0
  std::string head;
  bool operator==(const MessageHead&) const = default;
};

enum class LegState : std::uint8_t {
  fresh,
  pushed,
  awake,
  delivered,
  ringing,
  won,
  lost,
  declined,
  late,
  closed,
  gone,
};

/// What a device that missed a call is still to be told (`late_call.missed_push`).
enum class Notice : std::uint8_t { none, push, message };

/// One (call, device) pair, the unit of truth.
struct Leg {
  std::int64_t id{0};
  std::int64_t call_id{0};  ///< Call::id; 0: a wake for no call that failed, kept for the log
  std::int64_t device_id{0};
  LegState state{LegState::fresh};
  std::optional<WallTime> pushed_at;  ///< the first push
  std::uint32_t push_attempts{0};
  std::uint32_t late_attempts{0};
  std::string push_result;                    ///< "accepted", "refused: ...", "" while unknown
  std::optional<WallTime> pushed_again_at{};  ///< the second one (`wake.retry`)
  Notice notice{Notice::none};
  std::uint32_t notice_attempts{0};
  bool operator==(const Leg&) const = default;
};

/// What a token may do; each includes those before it.
enum class Scope : std::uint8_t {
  read,   ///< look at everything but secrets and the owner's matters
  write,  ///< and change users, devices, registrations and calls
  admin,  ///< and tokens, audit, settings, exports and backups
};

struct ApiToken {
  std::int64_t id{0};
  std::string name;
  std::string hash;  ///< SHA-256 of the token, hex
  WallTime created_at{};
  Scope scope{Scope::admin};
  std::optional<WallTime> expires_at{};
  std::optional<WallTime> last_used{};  ///< to the minute
  bool operator==(const ApiToken&) const = default;
};

/// A change that somebody made. Never holds a secret.
struct Audit {
  std::int64_t id{0};
  WallTime at{};
  std::string who;     ///< "token 3 (scripts)", "page", "command line"
  std::string from;    ///< address, or "uid 1000" of this machine
  std::string what;    ///< "user.add"
  std::string target;  ///< "alice@example.com", "17"
  std::string detail;  ///< the names of what was changed, may be empty
  bool operator==(const Audit&) const = default;
};
/// Older entries are erased.
inline constexpr std::int64_t most_audits{100'000};

/// The setting that holds the hash of the page's password.
inline constexpr std::string_view administrator_key{"administrator"};
/// A source that is kept out, or was so and is remembered.
struct Ban {
  std::int64_t id{0};
  std::string address;  ///< "192.0.2.1", "2001:db8::/64"
  std::string reason;
  std::uint32_t count{0};  ///< how many times, this one included
  WallTime created_at{};
  WallTime expires_at{};
  bool operator==(const Ban&) const = default;
};

/// A secret or a counter the process needs after a restart.
struct Setting {
  std::string key;
  std::string value;  ///< bytes
  bool operator==(const Setting&) const = default;
};

enum class Table : std::uint8_t {
  user,
  device,
  binding,
  call,
  call_invite,
  leg,
  api_token,
  ban,
  audit,
  trunk,
  route,
  hunt_group
};
struct Erase {
  Table table;
  std::int64_t id;  ///< call_invite: the call's id
  bool operator==(const Erase&) const = default;
};

/// One change. A whole row replaces the row with its id (insert or update).
using Change =
    std::variant<User, Device, DeviceSeen, Binding, BindingRefresh, Call, CallInvite, Leg,
                 MessageHead, ApiToken, Ban, Setting, Audit, Trunk, Route, Group, Erase>;

/// What the store holds when the server starts. `open_calls`, `legs` and `invites`: calls that have
/// not ended, and ended ones whose INVITE was not erased yet or that a device is still to be told
/// of. `last_ids`: largest id ever used, by
/// table.
struct Snapshot {
  std::vector<User> users;
  std::vector<Device> devices;
  std::vector<Binding> bindings;
  std::vector<Call> open_calls;
  std::vector<CallInvite> invites;
  std::vector<Leg> legs;
  std::vector<ApiToken> tokens;
  std::vector<Ban> bans;
  std::vector<Trunk> trunks;
  std::vector<Route> routes;
  std::vector<Group> groups;
  std::vector<Setting> settings;
  struct LastIds {
    std::int64_t user{0}, device{0}, binding{0}, call{0}, leg{0}, token{0}, ban{0}, audit{0},
        trunk{0}, route{0}, group{0};
  } last_ids;
};

std::string_view to_string(CallState state);
std::string_view to_string(Scope scope);
std::optional<Scope> parse_scope(std::string_view text);
std::string_view to_string(LegState state);  ///< `fresh` is shown as "new"

}  // namespace proxy::record
