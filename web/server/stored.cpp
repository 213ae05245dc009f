#include "web/server/stored.hpp"

#include "proxy/runtime/store/data_dir.hpp"
#include "web/server/translate.hpp"

namespace web::server {
namespace {

using proxy::view::Refused;

proxy::record::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// One row more than wanted was asked for: is it there? Then it is taken off.
template <class Rows>
bool cut_to(Rows& rows, std::size_t limit) {
  if (rows.size() <= limit) return false;
  rows.resize(limit);
  return true;
}

}  // namespace

Stored::Stored(const std::string& data_dir)
    : reader_(data_dir), facts_(proxy::store::database_path(data_dir)) {}

api::Answer Stored::answer(const api::ListUsers& task) {
  auto rows = reader_.users(task.page.after, task.page.limit + 1);
  const bool more = cut_to(rows, task.page.limit);
  return api::Users{std::move(rows), more};
}

api::Answer Stored::answer(const api::ReadUser& task) {
  auto row = reader_.user(task.aor);
  if (!row) return Refused{404, "", "there is no such user"};
  return api::OneUser{*std::move(row)};
}

api::Answer Stored::answer(const api::ListDevices& task) {
  std::optional<std::int64_t> user;
  if (task.aor) {
    const auto row = reader_.user(*task.aor);
    if (!row) return Refused{404, "", "there is no such user"};
    user = row->id;
  }
  auto rows = reader_.devices(task.page.after, task.page.limit + 1, user);
  const bool more = cut_to(rows, task.page.limit);
  return api::Devices{shown(rows), more};
}

api::Answer Stored::answer(const api::ReadDevice& task) {
  const auto row = reader_.device(task.id);
  if (!row) return Refused{404, "", "there is no such device"};
  return shown({*row}).front();
}

api::Answer Stored::answer(const api::ListRegistrations& task) {
  auto rows = reader_.registrations(wall_now(), task.page.after, task.page.limit + 1);
  const bool more = cut_to(rows, task.page.limit);
  api::Registrations list{{}, more};
  for (auto& row : rows) list.registrations.push_back(to_api(std::move(row)));
  return list;
}

api::Answer Stored::answer(const api::ReadRegistration& task) {
  auto row = reader_.registration(task.id);
  if (!row || row->expires_at <= wall_now())
    return Refused{404, "", "there is no such registration"};
  return to_api(*std::move(row));
}

api::Answer Stored::answer(const api::ReadCall& task) {
  auto row = reader_.call(task.id);
  if (!row) return Refused{404, "", "there is no such call"};
  return proxy::view::CallView{std::move(row->call), std::move(row->legs)};
}

api::Answer Stored::answer(const api::ListBans& task) {
  auto rows = reader_.bans(wall_now(), task.page.after, task.page.limit + 1);
  const bool more = cut_to(rows, task.page.limit);
  return api::Bans{std::move(rows), more};
}

api::Answer Stored::answer(const api::ReadBan& task) {
  auto row = reader_.ban(task.id);
  if (!row || row->expires_at <= wall_now()) return Refused{404, "", "there is no such ban"};
  return *std::move(row);
}

void Stored::complete(api::CallPage& page) {
  const auto wanted = page.wanted_ended();
  if (!wanted) return;
  auto rows = reader_.calls(wanted->before, wanted->limit + 1);
  const bool more = cut_to(rows, wanted->limit);
  std::vector<proxy::view::CallView> calls;
  calls.reserve(rows.size());
  for (auto& row : rows) {
    auto legs = reader_.legs(row.id);
    calls.push_back({std::move(row), std::move(legs)});
  }
  page.add_ended(std::move(calls), more);
}

std::optional<std::string> Stored::token_hash(const std::string& hash) {
  auto row = reader_.token_by_hash(hash);
  if (!row) return std::nullopt;
  return std::move(row->hash);
}

std::int64_t Stored::awake_devices() { return facts_.awake_count(wall_now()); }

std::string Stored::administrator() {
  return reader_.setting(proxy::record::administrator_key).value_or("");
}

void Stored::probe() { (void)reader_.user(""); }

std::vector<api::Device> Stored::shown(const std::vector<proxy::record::Device>& rows) {
  std::vector<api::Device> devices;
  if (rows.empty()) return devices;
  const auto awake = facts_.awake(rows.front().id, rows.back().id, wall_now());
  for (const auto& row : rows)
    devices.push_back(to_api(row, facts_.aor_of(row.user_id), awake.contains(row.id)));
  return devices;
}

}  // namespace web::server
