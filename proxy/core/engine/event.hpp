#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/record/trunk_fields.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/core/view/view.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/locate/record.hpp"
#include "sipstack/transaction/layer.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy {

using Seq = std::uint64_t;  ///< number of a batch of changes; 0 is always committed
using PushId = sip::Id<struct PushTag>;
using RequestId = sip::Id<struct RequestTag>;
using ResolveId = sip::Id<struct ResolveTag>;

// What may happen to the engine. A closed set of plain values.

/// One datagram, or one message cut from a stream.
struct MessageReceived {
  sip::Flow flow;
  std::string bytes;
};
struct FlowOpened {
  sip::Flow flow;
  std::vector<std::string> proven{};  ///< domains its verified client certificate speaks for
};
struct FlowClosed {
  sip::Flow flow;
};
/// CRLF, CRLF CRLF or STUN on a flow; the shell has answered it already (RFC 5626 section 4.4).
struct KeepAliveSeen {
  sip::Flow flow;
};
/// A Send could not be done: connection refused or lost, ICMP error, peer too slow.
struct SendFailed {
  sip::Flow flow;
  sip::transaction::ClientId client;  ///< from the Send
};
/// Everything up to and including this batch is in the store.
struct Committed {
  Seq seq;
};
/// The batches from..to are lost. The shell has thrown away the sends that waited for them.
struct StoreFailed {
  Seq from;
  Seq to;
  std::string why;
};

enum class PushOutcome : std::uint8_t {
  accepted,  ///< 2xx
  dead,      ///< the service says the token is dead (404, 410)
  refused,   ///< another final answer
  failed,    ///< no answer within the deadline, retries included
};
struct PushDone {
  PushId id;
  PushOutcome outcome{PushOutcome::failed};
  std::string reason;  ///< the service's own words, short: "410 Gone", "connection refused"
  std::optional<sip::WallTime> dead_since{};  ///< `dead`: when the service says it was so
  std::optional<bool> sandbox{};  ///< APNs: the environment the token is of, when it was not known
};

/// What the name servers said. May come late, twice or never.
struct Resolved {
  ResolveId id;
  sip::locate::Answer answer;
};

// Changes asked for over HTTP or the control socket; answered by a Reply after their commit.
struct AddUser {
  std::string aor;
  std::string password;  ///< or the HA1s below
  std::string display_name;
  std::string ha1_md5;
  std::string ha1_sha256;
  std::string ha1_sha512_256{};
  std::uint32_t max_contacts{0};  ///< 0: as configured
  record::ForwardingFields forwarding{};
};
struct ChangeUser {
  std::string aor;
  std::optional<std::string> password;
  std::optional<std::string> display_name;
  std::optional<bool> enabled;
  std::vector<std::uint64_t> if_match{};        ///< versions it may have; empty: any
  std::optional<std::uint32_t> max_contacts{};  ///< 0: as configured
  record::ForwardingFields forwarding{};
};
struct RemoveUser {
  std::string aor;
  std::vector<std::uint64_t> if_match{};
};
struct RemoveRegistration {
  std::int64_t id;
};
/// The device is forgotten with its registrations and push coordinates, as if it had unregistered.
struct RemoveDevice {
  std::int64_t id;
};
/// Hangs up a held or ringing call: the caller gets 480, the phones a CANCEL.
struct EndCall {
  std::int64_t id;
};
/// Wakes the device as for no call, to see whether that works; what came of it is kept with it.
struct TestPush {
  std::int64_t id;
};
/// Wakes the device as for no call and calls it when it comes; RingTestQuery tells how that goes.
struct RingTest {
  std::int64_t id;
};
struct AddToken {
  std::string name;
  std::string hash;
  record::Scope scope{record::Scope::admin};
  std::optional<sip::WallTime> expires_at{};
};
struct ChangeToken {
  std::int64_t id{0};
  std::optional<std::string> name{};
  std::optional<record::Scope> scope{};
  /// Given: it ends then; given with nothing in it: when it is revoked.
  std::optional<std::optional<sip::WallTime>> expires_at{};
  std::vector<std::uint64_t> if_match{};
};
struct RemoveToken {
  std::int64_t id;
  std::vector<std::uint64_t> if_match{};
};
/// Not a change anybody made: is not in the audit.
struct NoteTokenUse {
  std::int64_t id;
};
/// Only an entry in the audit: something was done that changes nothing here.
struct NoteDeed {
  std::string what;
  std::string target;
};
/// Keeps a source out.
struct AddBan {
  std::string address;                      ///< of the source; an IPv6 one stands for its /64
  std::string reason;                       ///< may be empty
  std::optional<sip::Duration> duration{};  ///< nothing: a day
};
/// Lets it in again and forgets it: by id, or by address when the id is 0.
struct LiftBan {
  std::int64_t id{0};
  std::string address;
};
/// Many users at once; at most 500 a request. Existing ones get the new password and name.
struct ImportUsers {
  std::vector<AddUser> users;
};
/// The password of the page, as web::server::hash_password gives it.
struct SetAdministrator {
  std::string hash;
};
struct AddTrunk {
  record::TrunkFields fields;
};
/// Routes that name it follow when it gets another name.
struct ChangeTrunk {
  record::RowName which;
  record::TrunkFields fields;
  std::vector<std::uint64_t> if_match{};
};
struct RemoveTrunk {
  record::RowName which;
  std::vector<std::uint64_t> if_match{};
};
struct AddRoute {
  record::RouteFields fields;
};
struct ChangeRoute {
  record::RowName which;
  record::RouteFields fields;
  std::vector<std::uint64_t> if_match{};
};
struct RemoveRoute {
  record::RowName which;
  std::vector<std::uint64_t> if_match{};
};
struct AddGroup {
  record::GroupFields fields;
};
struct ChangeGroup {
  std::string aor;
  record::GroupFields fields;
  std::vector<std::uint64_t> if_match{};
};
struct RemoveGroup {
  std::string aor;
  std::vector<std::uint64_t> if_match{};
};
using Change =
    std::variant<AddUser, ChangeUser, RemoveUser, RemoveRegistration, AddToken, ImportUsers,
                 SetAdministrator, AddBan, LiftBan, RemoveDevice, EndCall, TestPush, RingTest,
                 RemoveToken, NoteTokenUse, NoteDeed, AddTrunk, ChangeTrunk, RemoveTrunk, AddRoute,
                 ChangeRoute, RemoveRoute, ChangeToken, AddGroup, ChangeGroup, RemoveGroup>;
/// Who asks for a change, as the audit names it; empty: nobody in particular.
struct Actor {
  std::string who{};
  std::string from{};
};
struct AdminRequest {
  RequestId id;
  Change change;
  Actor actor{};
};
struct QueryRequest {
  RequestId id;
  view::Query query;
};
struct SettingsChanged {
  std::shared_ptr<const Settings> settings;
};
/// Stop taking calls: new requests get 503, open ones go on.
struct Shutdown {};

using Event = std::variant<MessageReceived, FlowOpened, FlowClosed, KeepAliveSeen, SendFailed,
                           Committed, StoreFailed, PushDone, Resolved, AdminRequest, QueryRequest,
                           SettingsChanged, Shutdown>;

}  // namespace proxy
