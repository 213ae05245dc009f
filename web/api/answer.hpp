#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/view/captured.hpp"
#include "proxy/core/view/provider.hpp"
#include "proxy/core/view/view.hpp"
#include "web/api/task.hpp"

namespace web::api {

// What came back for a task. Never a password, an HA1 or a push token.

struct Users {
  std::vector<proxy::record::User> users;
  bool more{false};
  Order order{};
};
struct OneUser {
  proxy::record::User user;
};

struct Device {
  std::int64_t id{0};
  std::string aor;
  std::string instance;
  std::string platform;           ///< "apns", "fcm", "webpush", "webhook"; empty: cannot be woken
  std::string provider;           ///< pn-provider as given
  std::string token_fingerprint;  ///< first 6 hex digits of the SHA-256 of the push token
  std::string user_agent;
  sip::WallTime first_seen{};
  sip::WallTime last_register{};
  bool awake{false};       ///< it has a live registration
  std::string token_dead;  ///< the push service's reason, empty while the token is good
  std::int64_t last_wake_ms{0};
  std::int64_t wake_count{0};
  std::optional<std::int64_t> wake_p50_ms{};  ///< of its last wakes; nothing: none is known
  std::optional<std::int64_t> wake_p95_ms{};
  std::optional<sip::WallTime> token_dead_at{};
  std::optional<sip::WallTime> last_push{};  ///< when a push service last answered for it
  std::string last_result{};                 ///< what it said, empty: never asked
};
struct Devices {
  std::vector<Device> devices;
  bool more{false};
  Order order{};
};

struct Registration {
  std::int64_t id{0};
  std::string aor;
  std::string contact;
  std::int64_t device{0};
  std::string flow;
  std::string received_from;  ///< address and port the REGISTER came from
  sip::WallTime expires_at{};
  std::string user_agent;
};
struct Registrations {
  std::vector<Registration> registrations;
  bool more{false};
  Order order{};
};

struct Calls {
  std::vector<proxy::view::CallView> calls;
  std::optional<CallCursor> next;
};

struct Bans {
  std::vector<proxy::record::Ban> bans;
  bool more{false};
};

/// Figures of the process and its store, as the operating system knows them.
struct ProcessFigures {
  double cpu_seconds{0};
  double start_time{0};  ///< seconds since 1970
  std::uint64_t resident_bytes{0};
  std::uint64_t open_files{0};
  std::uint64_t store_bytes{0};  ///< database and write-ahead log
};
struct Status {
  struct Listener {
    std::string transport;
    std::string address;
  };
  std::string version;
  std::int64_t uptime_s{0};
  /// Shown to TLS and secure WebSocket clients; the default one first.
  struct Certificate {
    std::string file;
    std::vector<std::string> names;
    sip::WallTime expires_at{};
    std::string fingerprint;  ///< SHA-256
    bool self_signed{false};
    bool expires_soon{false};  ///< within two weeks, or it has expired
  };
  std::vector<Listener> listeners;
  std::vector<Certificate> certificates;
  std::vector<proxy::view::Provider> providers{};
  proxy::view::Counters counters{};
  proxy::view::Captured captured{};
  std::int64_t awake_devices{0};  ///< with a live registration
  std::optional<proxy::view::Pbx> pbx{};
};
struct Metrics {
  Status status;
  ProcessFigures process;
};
struct Providers {
  std::vector<proxy::view::Provider> providers;
};
struct Ready {};

/// `secret` goes into the cookie of a new session; `csrf` is what the page has to send with
/// changes.
struct LoggedIn {
  std::string secret;
  std::string csrf;
  std::int64_t lifetime_s{0};
};
struct LoggedOut {};
struct LoginState {
  std::optional<std::string> csrf;  ///< nothing: not logged in
};
struct LoginRefused {
  std::int64_t retry_after_s{0};  ///< 0: the password is wrong; else: too many wrong ones
};

struct Tokens {
  std::vector<proxy::record::ApiToken> tokens;
  bool more{false};
};
struct OneToken {
  proxy::record::ApiToken token;
};
/// `secret` is shown here and never again.
struct TokenMade {
  proxy::record::ApiToken token;
  std::string secret;
};
struct Audits {
  std::vector<proxy::record::Audit> audits;
  bool more{false};
};

struct PushEntry {
  std::int64_t id{0};
  proxy::record::Leg leg;
  std::string callee;
  std::string provider;
  std::string user_agent;
};
struct Pushes {
  std::vector<PushEntry> pushes;
  std::optional<std::int64_t> next{};  ///< the list goes on below this id
};
struct Imported {
  std::size_t count{0};
};
struct Pushed {
  std::int64_t device{0};
};
/// A file to be kept; `name` is what it should be called.
struct Document {
  std::string type;
  std::string name{};
  std::string text;
};
/// JSON of a call, its ladder and its devices.
struct Bundle {
  proxy::view::CallView call;
  std::string ladder;
  std::vector<Device> devices;
  std::string version;
};
/// The resolved configuration: keys by section, texts as they stand in a file.
struct Settings {
  std::string text;  ///< JSON
};
struct ProvisioningMade {
  std::string path;
  sip::WallTime expires_at{};
};
struct Backups {
  struct One {
    std::string name;
    std::uint64_t bytes{0};
    sip::WallTime made_at{};
  };
  std::vector<One> items;
};
struct BackupMade {
  std::string file;
  std::uint64_t bytes{0};
};
/// A file of the server's that is sent as it is.
struct Download {
  std::string path;
  std::string name;
};

struct Trunks {
  std::vector<proxy::record::Trunk> trunks;
  bool more{false};
  std::vector<proxy::view::TrunkState> states{};  ///< of all of them that the engine knows
};
struct OneTrunk {
  proxy::record::Trunk trunk;
  bool made{false};
  std::vector<proxy::view::TrunkState> states{};
};
struct Routes {
  std::vector<proxy::record::Route> routes;
  bool more{false};
};
struct OneRoute {
  proxy::record::Route route;
  bool made{false};
};

struct Groups {
  std::vector<proxy::record::Group> groups;
  bool more{false};
};
struct OneGroup {
  proxy::record::Group group;
  bool made{false};
};

struct Created {
  proxy::record::User user;
};
struct CreatedBan {
  proxy::record::Ban ban;
};
struct Removed {};

using Answer =
    std::variant<Users, OneUser, Devices, Device, Registrations, Registration, Calls,
                 proxy::view::CallView, Bans, proxy::record::Ban, Status, Providers, Metrics, Ready,
                 Created, CreatedBan, Removed, LoggedIn, LoggedOut, LoginState, LoginRefused,
                 Tokens, OneToken, TokenMade, Audits, Pushes, Imported, Pushed,
                 proxy::view::RingTest, Document, Bundle, Settings, Backups, BackupMade, Download,
                 ProvisioningMade, Trunks, OneTrunk, Routes, OneRoute, Groups, OneGroup,
                 proxy::view::RouteTested, proxy::view::Refused>;

}  // namespace web::api
