#pragma once
#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::record {

// Found by the row reader, which refuses a stored number beyond them.
constexpr CallState last_of(CallState) { return CallState::ended; }
constexpr LegState last_of(LegState) { return LegState::gone; }
constexpr Notice last_of(Notice) { return Notice::message; }
constexpr Scope last_of(Scope) { return Scope::admin; }
constexpr Environment last_of(Environment) { return Environment::sandbox; }

}  // namespace proxy::record

namespace proxy::store {

/// The table of a row, its columns, and its fields in the same order; the first is the key.
template <class Row>
struct Columns;

template <>
struct Columns<record::User> {
  static constexpr std::string_view table{"user"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "aor", "display_name", "ha1_md5", "ha1_sha256", "ha1_sha512_256", "enabled",
       "created_at", "max_contacts", "do_not_disturb", "forward_always", "forward_busy",
       "forward_no_answer", "forward_no_answer_s", "forward_not_reachable"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.aor, r.display_name, r.ha1_md5, r.ha1_sha256, r.ha1_sha512_256,
                    r.enabled, r.created_at, r.max_contacts, r.forwarding.do_not_disturb,
                    r.forwarding.always, r.forwarding.busy, r.forwarding.no_answer,
                    r.forwarding.no_answer_s, r.forwarding.not_reachable);
  }
};

template <>
struct Columns<record::Device> {
  static constexpr std::string_view table{"device"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id",         "user_id",       "key",         "instance",     "push_provider",
       "push_param", "push_prid",     "user_agent",  "first_seen",   "last_register",
       "token_dead", "token_dead_at", "wake_count",  "last_wake_ms", "wake_times",
       "push_keys",  "last_push",     "last_result", "environment",  "wakes_itself"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.user_id, r.key, r.instance, r.push.provider, r.push.param, r.push.prid,
                    r.user_agent, r.first_seen, r.last_register, r.token_dead, r.token_dead_at,
                    r.wake_count, r.last_wake_ms, r.wake_times, r.push.keys, r.last_push,
                    r.last_result, r.environment, r.wakes_itself);
  }
};

template <>
struct Columns<record::Binding> {
  static constexpr std::string_view table{"binding"};
  static constexpr auto names =
      std::to_array<std::string_view>({"id", "device_id", "reg_id", "contact", "flow", "call_id",
                                       "cseq", "q", "path", "expires_at"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.device_id, r.reg_id, r.contact, r.flow, r.call_id, r.cseq, r.q, r.path,
                    r.expires_at);
  }
};

template <>
struct Columns<record::Call> {
  static constexpr std::string_view table{"call"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "call_id", "caller", "caller_name", "callee", "state", "started_at", "answered_at",
       "ended_at", "end_reason", "final_status", "cancel_reason", "timeline", "verdict",
       "from_trunk", "to_trunk"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.call_id, r.caller, r.caller_name, r.callee, r.state, r.started_at,
                    r.answered_at, r.ended_at, r.end_reason, r.final_status, r.cancel_reason,
                    r.timeline, r.verdict, r.from_trunk, r.to_trunk);
  }
};

template <>
struct Columns<record::CallInvite> {
  static constexpr std::string_view table{"call_invite"};
  static constexpr auto names = std::to_array<std::string_view>({"call_id", "bytes", "flow"});
  static auto fields(auto& r) { return std::tie(r.call_id, r.bytes, r.flow); }
};

template <>
struct Columns<record::Leg> {
  static constexpr std::string_view table{"leg"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "call_id", "device_id", "state", "pushed_at", "pushed_again_at", "push_attempts",
       "late_attempts", "push_result", "notice", "notice_attempts"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.call_id, r.device_id, r.state, r.pushed_at, r.pushed_again_at,
                    r.push_attempts, r.late_attempts, r.push_result, r.notice, r.notice_attempts);
  }
};

template <>
struct Columns<record::ApiToken> {
  static constexpr std::string_view table{"api_token"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "name", "hash", "created_at", "scope", "expires_at", "last_used"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.name, r.hash, r.created_at, r.scope, r.expires_at, r.last_used);
  }
};

template <>
struct Columns<record::Audit> {
  static constexpr std::string_view table{"audit"};
  static constexpr auto names =
      std::to_array<std::string_view>({"id", "at", "who", "came_from", "what", "target", "detail"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.at, r.who, r.from, r.what, r.target, r.detail);
  }
};

template <>
struct Columns<record::Ban> {
  static constexpr std::string_view table{"ban"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "address", "reason", "count", "created_at", "expires_at"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.address, r.reason, r.count, r.created_at, r.expires_at);
  }
};

template <>
struct Columns<record::Trunk> {
  static constexpr std::string_view table{"trunk"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "name", "enabled", "targets", "domain", "username", "password", "registers", "expires",
       "probe", "channels", "sources", "inbound_username", "inbound_password", "tls_name",
       "asserts_identity", "created_at", "inbound_certificate"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.name, r.enabled, r.targets, r.domain, r.username, r.password,
                    r.registers, r.expires, r.probe, r.channels, r.sources, r.inbound_username,
                    r.inbound_password, r.tls_name, r.asserts_identity, r.created_at,
                    r.inbound_certificate);
  }
};

template <>
struct Columns<record::Route> {
  static constexpr std::string_view table{"route"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "name", "enabled", "position", "came_from", "caller", "callee", "strip", "prepend",
       "set_caller", "emergency", "user", "trunk", "reject", "created_at"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.name, r.enabled, r.position, r.from, r.caller, r.callee, r.strip,
                    r.prepend, r.set_caller, r.emergency, r.user, r.trunk, r.reject, r.created_at);
  }
};

template <>
struct Columns<record::Group> {
  static constexpr std::string_view table{"hunt_group"};
  static constexpr auto names = std::to_array<std::string_view>(
      {"id", "aor", "enabled", "strategy", "ring_s", "members", "forward_no_answer", "created_at"});
  static auto fields(auto& r) {
    return std::tie(r.id, r.aor, r.enabled, r.strategy, r.ring_s, r.members, r.forward_no_answer,
                    r.created_at);
  }
};

template <>
struct Columns<record::Setting> {
  static constexpr std::string_view table{"setting"};
  static constexpr auto names = std::to_array<std::string_view>({"key", "value"});
  static auto fields(auto& r) { return std::tie(r.key, r.value); }
};

/// "user.id, user.aor, ...": what a SELECT names so that read_row understands its answer.
template <class Row>
std::string column_list() {
  std::string list;
  for (const auto name : Columns<Row>::names) {
    list.append(list.empty() ? "" : ", ").append(Columns<Row>::table).append(".").append(name);
  }
  return list;
}

/// "SELECT user.id, ... FROM user".
template <class Row>
std::string select_from() {
  return "SELECT " + column_list<Row>() + " FROM " + std::string(Columns<Row>::table);
}

/// Inserts a row, or replaces all columns of the row with its key.
template <class Row>
std::string upsert_sql() {
  const auto& names = Columns<Row>::names;
  std::string columns, places, sets;
  for (const auto name : names) {
    columns.append(columns.empty() ? "" : ", ").append(name);
    places.append(places.empty() ? "?" : ", ?");
    if (name == names.front()) continue;
    sets.append(sets.empty() ? "" : ", ").append(name).append(" = excluded.").append(name);
  }
  return "INSERT INTO " + std::string(Columns<Row>::table) + " (" + columns + ") VALUES (" +
         places + ") ON CONFLICT (" + std::string(names.front()) + ") DO UPDATE SET " + sets;
}

template <class Row>
void bind_row(Statement& statement, const Row& row) {
  std::apply([&](const auto&... fields) { statement.bind(fields...); }, Columns<Row>::fields(row));
}

/// Reads the row a SELECT of column_list() stands on, its first column being `first`.
template <class Row>
Row read_row(const Statement& statement, int first = 0) {
  Row row;
  std::apply([&](auto&... fields) { statement.read_from(first, fields...); },
             Columns<Row>::fields(row));
  return row;
}

/// All rows the statement still has; resets it.
template <class Row>
std::vector<Row> read_rows(Statement& statement) {
  std::vector<Row> rows;
  while (statement.step()) rows.push_back(read_row<Row>(statement));
  statement.reset();
  return rows;
}

}  // namespace proxy::store
