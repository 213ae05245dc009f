#include "web/server/translate.hpp"

#include "proxy/core/record/wake_times.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/message/uri.hpp"
#include "web/api/aor.hpp"

namespace web::server {
namespace {

/// The push provider without its sandbox suffix: "apns" of "apns.dev".
std::string platform_of(const proxy::record::Device& row) {
  if (!row.push) return {};
  return row.push.provider.substr(0, row.push.provider.find('.'));
}

std::string fingerprint(const std::string& token) {
  if (token.empty()) return {};
  return sip::auth::hash_hex(sip::auth::Algorithm::sha256, token).substr(0, 6);
}

/// The store's 0 is no time.
std::optional<sip::WallTime> time_or_nothing(sip::WallTime at) {
  return at == sip::WallTime{} ? std::nullopt : std::optional{at};
}

}  // namespace

proxy::Change to_change(const api::AddUser& task) {
  return proxy::AddUser{task.aor, task.password,     task.display_name, "", "",
                        "",       task.max_contacts, task.forwarding};
}
// The engine takes addresses of record in the form of a URI.
proxy::Change to_change(const api::ChangeUser& task) {
  return proxy::ChangeUser{
      api::escape_aor(task.aor), task.password,  task.display_name, task.enabled, task.if_match,
      task.max_contacts,         task.forwarding};
}
proxy::Change to_change(const api::RemoveUser& task) {
  return proxy::RemoveUser{api::escape_aor(task.aor), task.if_match};
}
proxy::Change to_change(const api::RemoveRegistration& task) {
  return proxy::RemoveRegistration{task.id};
}
proxy::Change to_change(const api::RemoveDevice& task) { return proxy::RemoveDevice{task.id}; }
proxy::Change to_change(const api::EndCall& task) { return proxy::EndCall{task.id}; }
proxy::Change to_change(const api::RemoveToken& task) {
  return proxy::RemoveToken{task.id, task.if_match};
}
proxy::Change to_change(const api::TestPush& task) { return proxy::TestPush{task.id}; }
proxy::Change to_change(const api::RingTest& task) { return proxy::RingTest{task.id}; }
proxy::Change to_change(const api::AddTrunk& task) { return proxy::AddTrunk{task.fields}; }
proxy::Change to_change(const api::ChangeTrunk& task) {
  return proxy::ChangeTrunk{task.which, task.fields, task.if_match};
}
proxy::Change to_change(const api::RemoveTrunk& task) {
  return proxy::RemoveTrunk{task.which, task.if_match};
}
proxy::Change to_change(const api::AddRoute& task) { return proxy::AddRoute{task.fields}; }
proxy::Change to_change(const api::ChangeRoute& task) {
  return proxy::ChangeRoute{task.which, task.fields, task.if_match};
}
proxy::Change to_change(const api::RemoveRoute& task) {
  return proxy::RemoveRoute{task.which, task.if_match};
}
proxy::Change to_change(const api::AddGroup& task) { return proxy::AddGroup{task.fields}; }
proxy::Change to_change(const api::ChangeGroup& task) {
  return proxy::ChangeGroup{task.aor, task.fields, task.if_match};
}
proxy::Change to_change(const api::RemoveGroup& task) {
  return proxy::RemoveGroup{task.aor, task.if_match};
}
proxy::Change to_change(const api::ImportUsers& task) {
  proxy::ImportUsers import;
  for (const auto& row : task.rows)
    import.users.push_back({row.aor, row.password, row.display_name, row.ha1, row.ha1_sha256,
                            row.ha1_sha512_256, row.max_contacts, row.forwarding});
  return import;
}

proxy::Change to_change(const api::AddBan& task) {
  proxy::AddBan add{task.address, task.reason, std::nullopt};
  if (task.duration_s) add.duration = std::chrono::seconds{*task.duration_s};
  return add;
}
proxy::Change to_change(const api::LiftBan& task) { return proxy::LiftBan{task.id, task.address}; }

api::Device to_api(const proxy::record::Device& row, std::string aor, bool awake) {
  const auto figures = proxy::record::wake_figures(row.wake_times);
  const auto ms = [](sip::Duration took) { return std::optional<std::int64_t>{took.count()}; };
  return {row.id,
          std::move(aor),
          row.instance,
          platform_of(row),
          row.push.provider,
          fingerprint(row.push.prid),
          row.user_agent,
          row.first_seen,
          row.last_register,
          awake,
          row.token_dead,
          row.last_wake_ms,
          row.wake_count,
          figures ? ms(figures->p50) : std::nullopt,
          figures ? ms(figures->p95) : std::nullopt,
          time_or_nothing(row.token_dead_at),
          time_or_nothing(row.last_push),
          row.last_result};
}

api::Registration to_api(proxy::store::Registration row) {
  // The push token of a phone is nobody else's to know.
  return {row.id,         std::move(row.aor),       sip::without_push_params(row.contact),
          row.device_id,  std::move(row.flow),      std::move(row.received_from),
          row.expires_at, std::move(row.user_agent)};
}

}  // namespace web::server
