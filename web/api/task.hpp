#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "proxy/core/record/rows.hpp"

namespace web::api {

// What a request asks of the server. A closed set of plain values. Addresses of record are in the
// form in which they are stored and shown, except in AddUser, which takes the form of a URI.

/// Rows after `after` in ascending order of id.
struct Page {
  std::int64_t after{0};
  std::size_t limit{50};
  bool operator==(const Page&) const = default;
};

// Answered from what is stored.
struct ListUsers {
  Page page;
  bool operator==(const ListUsers&) const = default;
};
struct ReadUser {
  std::string aor;
  bool operator==(const ReadUser&) const = default;
};
struct ListDevices {
  std::optional<std::string> aor;  ///< of this user only; 404 when there is no such user
  Page page;
  bool operator==(const ListDevices&) const = default;
};
struct ReadDevice {
  std::int64_t id{0};
  bool operator==(const ReadDevice&) const = default;
};
struct ListRegistrations {
  Page page;
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
  bool operator==(const CallCursor&) const = default;
};
/// Live calls come from the engine, ended ones from the store. Newest first by id; without a state
/// the live ones first, then the ended ones.
struct ListCalls {
  std::optional<proxy::record::CallState> state;
  CallCursor cursor;
  std::size_t limit{50};
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

// Changes, answered when they are committed.
struct AddUser {
  std::string aor;
  std::string password;
  std::string display_name;
  bool operator==(const AddUser&) const = default;
};
struct ChangeUser {
  std::string aor;
  std::optional<std::string> password;
  std::optional<std::string> display_name;
  std::optional<bool> enabled;
  bool operator==(const ChangeUser&) const = default;
};
struct RemoveUser {
  std::string aor;
  bool operator==(const RemoveUser&) const = default;
};
struct RemoveRegistration {
  std::int64_t id{0};
  bool operator==(const RemoveRegistration&) const = default;
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

using Task = std::variant<Login, Logout, ReadLogin, ListUsers, ReadUser, ListDevices, ReadDevice,
                          ListRegistrations, ReadRegistration, ListCalls, ReadCall, ListBans,
                          ReadBan, ReadStatus, ReadProviders, ReadMetrics, CheckReady, AddUser,
                          ChangeUser, RemoveUser, RemoveRegistration, AddBan, LiftBan>;

}  // namespace web::api
