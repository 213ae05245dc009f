#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/record/trunk_fields.hpp"
#include "web/api/group_task.hpp"

namespace web::api {

// What a request asks of the server. A closed set of plain values. Addresses of record are in the
// form in which they are stored and shown, except in AddUser, which takes the form of a URI.

/// What a list is sorted by; rows alike in it by id.
struct Order {
  enum class By : std::uint8_t { id, aor, last_register, expires_at };
  By by{By::id};
  bool down{false};  ///< largest first
  bool operator==(const Order&) const = default;
};
/// Rows behind `after` in their order; 0 begins. Ascending ids unless the list says otherwise.
struct Page {
  std::int64_t after{0};
  std::size_t limit{50};
  Order order{};
  std::string key{};  ///< what the row `after` is sorted by, but for its id
  bool operator==(const Page&) const = default;
};

// Answered from what is stored.
struct ListUsers {
  Page page;
  std::string containing{};  ///< in the address of record or the name, whatever their case
  bool operator==(const ListUsers&) const = default;
};
struct ReadUser {
  std::string aor;
  bool operator==(const ReadUser&) const = default;
};
struct ListDevices {
  std::optional<std::string> aor;  ///< of this user only; 404 when there is no such user
  Page page;
  std::string platform{};      ///< as Device::platform; "none": cannot be woken; empty: any
  std::optional<bool> asleep;  ///< without a live registration, or with one
  bool operator==(const ListDevices&) const = default;
};
struct ReadDevice {
  std::int64_t id{0};
  bool operator==(const ReadDevice&) const = default;
};
struct ListRegistrations {
  Page page;
  std::string user{};      ///< address of record; empty: any
  std::int64_t device{0};  ///< 0: any
  bool operator==(const ListRegistrations&) const = default;
};
struct ReadRegistration {
  std::int64_t id{0};
  bool operator==(const ReadRegistration&) const = default;
};

/// Where a list of calls goes on: calls of one kind with an id below `before`.
struct CallCursor {
  bool ended{false};       ///< past the live ones
  std::int64_t before{0};  ///< 0: from the newest on
  bool up{false};          ///< in a list with the oldest first: above `before`
  bool operator==(const CallCursor&) const = default;
};
/// Which calls are wanted; empty members: any.
struct CallFilter {
  std::string user{};  ///< address of record of the caller or the callee
  std::optional<sip::WallTime> from{};
  std::optional<sip::WallTime> to{};
  std::string outcome{};  ///< the end reason
  bool operator==(const CallFilter&) const = default;
  bool any() const { return user.empty() && !from && !to && outcome.empty(); }
};
/// Live calls come from the engine, ended ones from the store. Newest first by id; without a state
/// the live ones first, then the ended ones.
struct ListCalls {
  std::optional<proxy::record::CallState> state;
  CallCursor cursor;
  std::size_t limit{50};
  CallFilter filter{};
  /// Ended calls alone, behind `cursor.before`, which is an id of the page before then.
  bool oldest_first{false};
  bool operator==(const ListCalls&) const = default;
};
/// From the engine while it knows the call, else from the store.
struct ReadCall {
  std::int64_t id{0};
  bool operator==(const ReadCall&) const = default;
};
struct ListBans {
  Page page;
  bool operator==(const ListBans&) const = default;
};
struct ReadBan {
  std::int64_t id{0};
  bool operator==(const ReadBan&) const = default;
};

// Answered by the engine and the process.
struct ReadStatus {
  bool operator==(const ReadStatus&) const = default;
};
struct ReadProviders {
  bool operator==(const ReadProviders&) const = default;
};
struct ReadMetrics {
  bool operator==(const ReadMetrics&) const = default;
};
/// Is the engine answering and the store readable?
struct CheckReady {
  bool operator==(const CheckReady&) const = default;
};

/// Tokens in ascending order of id.
struct ListTokens {
  Page page;
  bool operator==(const ListTokens&) const = default;
};
struct ReadToken {
  std::int64_t id{0};
  bool operator==(const ReadToken&) const = default;
};
/// Newest first: entries with ids below `page.after`, 0 begins.
struct ListAudit {
  Page page;
  std::string who{};   ///< a part of it
  std::string what{};  ///< how it begins
  bool operator==(const ListAudit&) const = default;
};

// Changes, answered when they are committed.
struct AddUser {
  std::string aor;
  std::string password;
  std::string display_name;
  std::uint32_t max_contacts{0};  ///< 0: as configured
  proxy::record::ForwardingFields forwarding{};
  bool operator==(const AddUser&) const = default;
};
struct ChangeUser {
  std::string aor;
  std::optional<std::string> password;
  std::optional<std::string> display_name;
  std::optional<bool> enabled;
  std::vector<std::uint64_t> if_match{};  ///< versions it may have; empty: any
  std::optional<std::uint32_t> max_contacts{};
  proxy::record::ForwardingFields forwarding{};
  bool operator==(const ChangeUser&) const = default;
};
struct RemoveUser {
  std::string aor;
  std::vector<std::uint64_t> if_match{};
  bool operator==(const RemoveUser&) const = default;
};
struct RemoveRegistration {
  std::int64_t id{0};
  bool operator==(const RemoveRegistration&) const = default;
};
/// The device is forgotten with its registrations.
struct RemoveDevice {
  std::int64_t id{0};
  bool operator==(const RemoveDevice&) const = default;
};
/// A held or ringing call is hung up.
struct EndCall {
  std::int64_t id{0};
  bool operator==(const EndCall&) const = default;
};
struct AddToken {
  std::string name;
  proxy::record::Scope scope{proxy::record::Scope::admin};
  std::optional<std::int64_t> lifetime_s{};  ///< nothing: until it is revoked
  bool operator==(const AddToken&) const = default;
};
struct ChangeToken {
  std::int64_t id{0};
  std::optional<std::string> name{};
  std::optional<proxy::record::Scope> scope{};
  /// Given: so long from now; given with nothing in it: until it is revoked.
  std::optional<std::optional<std::int64_t>> lifetime_s{};
  std::vector<std::uint64_t> if_match{};
  bool operator==(const ChangeToken&) const = default;
};
struct RemoveToken {
  std::int64_t id{0};
  std::vector<std::uint64_t> if_match{};
  bool operator==(const RemoveToken&) const = default;
};

/// The device is woken as for no call.
struct TestPush {
  std::int64_t id{0};
  bool operator==(const TestPush&) const = default;
};
/// It is woken, and called when it comes.
struct RingTest {
  std::int64_t id{0};
  bool operator==(const RingTest&) const = default;
};
/// How the last ring test of a device goes or went.
struct ReadRingTest {
  std::int64_t id{0};
  bool operator==(const ReadRingTest&) const = default;
};
/// Up to 500 users, as rows of a CSV.
struct ImportUsers {
  struct Row {
    std::string aor;
    std::string password{};
    std::string display_name{};
    std::string ha1{};
    std::string ha1_sha256{};
    std::string ha1_sha512_256{};
    std::uint32_t max_contacts{0};  ///< 0: as it was, or as configured
    proxy::record::ForwardingFields forwarding{};
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows;
  bool operator==(const ImportUsers&) const = default;
};

// The owner's matters.
/// A link by which the user's phone fetches its account, once.
struct MakeProvisioning {
  std::string aor;
  bool operator==(const MakeProvisioning&) const = default;
};
/// What is behind such a link; asked for by the phone.
struct Provision {
  std::string secret;
  bool operator==(const Provision&) const = default;
};
/// All users as a CSV that ImportUsers takes back.
struct ExportUsers {
  bool operator==(const ExportUsers&) const = default;
};
/// The call as people read it.
struct ReadLadder {
  std::int64_t id{0};
  bool operator==(const ReadLadder&) const = default;
};
/// Everything about a call in one document without secrets.
struct ReadBundle {
  std::int64_t id{0};
  bool operator==(const ReadBundle&) const = default;
};
/// Pushes for calls, newest first, below `page.after`.
struct ListPushes {
  enum class Outcome : std::uint8_t { any, accepted, failed, withheld, pending };
  Page page;
  std::int64_t device{0};  ///< 0: any
  Outcome outcome{Outcome::any};
  bool operator==(const ListPushes&) const = default;
};
struct ReadSettings {
  bool operator==(const ReadSettings&) const = default;
};
struct ListBackups {
  bool operator==(const ListBackups&) const = default;
};
struct MakeBackup {
  bool operator==(const MakeBackup&) const = default;
};
struct RemoveBackup {
  std::string name;
  bool operator==(const RemoveBackup&) const = default;
};
struct ReadBackup {
  std::string name;  ///< "sipwake-20260301-120000-042.db"
  bool operator==(const ReadBackup&) const = default;
};

// The page's own door.
struct Login {
  std::string password;
  std::string from;  ///< address of the client
  bool operator==(const Login&) const = default;
};
struct Logout {
  std::string session;
  bool operator==(const Logout&) const = default;
};
/// The password of the page is another from now on; sessions but this one end.
struct ChangePassword {
  std::string password;  ///< the one so far
  std::string new_password;
  std::string session;
  std::string from;
  bool operator==(const ChangePassword&) const = default;
};
/// Is this session still good?
struct ReadLogin {
  std::string session;
  bool operator==(const ReadLogin&) const = default;
};

struct AddBan {
  std::string address;
  std::string reason;
  std::optional<std::int64_t> duration_s{};
  bool operator==(const AddBan&) const = default;
};
/// By id, or by address when the id is 0.
struct LiftBan {
  std::int64_t id{0};
  std::string address;
  bool operator==(const LiftBan&) const = default;
};

struct ListTrunks {
  Page page;
  bool operator==(const ListTrunks&) const = default;
};
struct ReadTrunk {
  proxy::record::RowName which;
  bool operator==(const ReadTrunk&) const = default;
};
struct AddTrunk {
  proxy::record::TrunkFields fields;
  bool operator==(const AddTrunk&) const = default;
};
struct ChangeTrunk {
  proxy::record::RowName which;
  proxy::record::TrunkFields fields;
  std::vector<std::uint64_t> if_match{};
  bool operator==(const ChangeTrunk&) const = default;
};
struct RemoveTrunk {
  proxy::record::RowName which;
  std::vector<std::uint64_t> if_match{};
  bool operator==(const RemoveTrunk&) const = default;
};
struct ListRoutes {
  Page page;
  bool operator==(const ListRoutes&) const = default;
};
struct ReadRoute {
  proxy::record::RowName which;
  bool operator==(const ReadRoute&) const = default;
};
struct AddRoute {
  proxy::record::RouteFields fields;
  bool operator==(const AddRoute&) const = default;
};
struct ChangeRoute {
  proxy::record::RowName which;
  proxy::record::RouteFields fields;
  std::vector<std::uint64_t> if_match{};
  bool operator==(const ChangeRoute&) const = default;
};
struct RemoveRoute {
  proxy::record::RowName which;
  std::vector<std::uint64_t> if_match{};
  bool operator==(const RemoveRoute&) const = default;
};
struct ListGroups {
  Page page;
  bool operator==(const ListGroups&) const = default;
};
/// Where a call would go; what is empty was not given.
struct TestRoute {
  std::string number;
  std::string caller;
  std::string trunk;
  bool operator==(const TestRoute&) const = default;
};

using Task =
    std::variant<Login, Logout, ReadLogin, ListUsers, ReadUser, ListDevices, ReadDevice,
                 ListRegistrations, ReadRegistration, ListCalls, ReadCall, ListBans, ReadBan,
                 ReadStatus, ReadProviders, ReadMetrics, CheckReady, AddUser, ChangeUser,
                 RemoveUser, RemoveRegistration, AddBan, LiftBan, ListTokens, ReadToken, AddToken,
                 RemoveToken, ListAudit, RemoveDevice, EndCall, TestPush, RingTest, ReadRingTest,
                 ImportUsers, ExportUsers, ReadLadder, ReadBundle, ListPushes, ReadSettings,
                 MakeBackup, MakeProvisioning, Provision, ChangePassword, ListTrunks, ReadTrunk,
                 AddTrunk, ChangeTrunk, RemoveTrunk, ListRoutes, ReadRoute, AddRoute, ChangeRoute,
                 RemoveRoute, TestRoute, ReadBackup, ListBackups, RemoveBackup, ChangeToken,
                 ListGroups, ReadGroup, AddGroup, ChangeGroup, RemoveGroup>;

}  // namespace web::api
