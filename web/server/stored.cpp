#include "web/server/stored.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "proxy/core/record/timeline.hpp"
#include "proxy/core/story/story.hpp"
#include "proxy/runtime/store/data_dir.hpp"
#include "sipstack/base/text.hpp"
#include "web/api/user_rows.hpp"
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

proxy::store::Place place_of(const api::Page& page) {
  proxy::store::Place place;
  place.down = page.order.down;
  place.by_key = page.order.by != api::Order::By::id;
  place.after = page.after;
  place.key = page.key;
  if (const auto number = sip::parse_number(page.key, std::numeric_limits<std::int64_t>::max()))
    place.number = static_cast<std::int64_t>(*number);
  return place;
}

using Outcome = proxy::store::PushListing::Outcome;
static_assert(static_cast<int>(Outcome::pending) ==
              static_cast<int>(api::ListPushes::Outcome::pending));

}  // namespace

Stored::Stored(const std::string& data_dir)
    : reader_(data_dir), facts_(proxy::store::database_path(data_dir)) {}

api::Answer Stored::answer(const api::ListUsers& task) {
  auto rows =
      reader_.users({place_of(task.page), sip::to_lower(task.containing)}, task.page.limit + 1);
  const bool more = cut_to(rows, task.page.limit);
  return api::Users{std::move(rows), more, task.page.order};
}

api::Answer Stored::answer(const api::ReadUser& task) {
  auto row = reader_.user(task.aor);
  if (!row) return Refused{404, "", "there is no such user"};
  return api::OneUser{*std::move(row)};
}

api::Answer Stored::answer(const api::ListDevices& task) {
  proxy::store::DeviceListing wanted{place_of(task.page), 0, {}, task.asleep, wall_now()};
  if (task.aor) {
    const auto row = reader_.user(*task.aor);
    if (!row) return Refused{404, "", "there is no such user"};
    wanted.user = row->id;
  }
  if (!task.platform.empty()) wanted.provider = task.platform == "none" ? "" : task.platform;
  auto rows = reader_.devices(wanted, task.page.limit + 1);
  const bool more = cut_to(rows, task.page.limit);
  return api::Devices{shown(rows), more, task.page.order};
}

api::Answer Stored::answer(const api::ReadDevice& task) {
  const auto row = reader_.device(task.id);
  if (!row) return Refused{404, "", "there is no such device"};
  return shown({*row}).front();
}

api::Answer Stored::answer(const api::ListRegistrations& task) {
  auto rows = reader_.registrations({place_of(task.page), task.user, task.device, wall_now()},
                                    task.page.limit + 1);
  const bool more = cut_to(rows, task.page.limit);
  api::Registrations list{{}, more, task.page.order};
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
  return proxy::view::CallView{std::move(row->call), std::move(row->legs), {}, {}};
}

void Stored::add_heads(proxy::view::CallView& call) {
  for (auto& head : reader_.heads(call.call.id)) call.heads.push_back(std::move(head));
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
  if (page.filter().any()) return complete_filtered(page, *wanted);
  auto rows = reader_.calls(wanted->before, wanted->limit + 1);
  const bool more = cut_to(rows, wanted->limit);
  add_ended(page, std::move(rows), more);
}

/// Looks at a few thousand calls at a time and at most so long: nothing is indexed by what a filter
/// asks, so that writing a call stays cheap. What is left is on the next page.
void Stored::complete_filtered(api::CallPage& page, const api::CallPage::Ended& wanted) {
  constexpr std::int64_t stride = 4'000;
  constexpr std::chrono::milliseconds patience{20};
  const auto& asked = page.filter();
  const proxy::store::CallFilter filter{asked.user, asked.from, asked.to, asked.outcome};
  const auto begun = std::chrono::steady_clock::now();
  auto before = wanted.before > 0 ? wanted.before : reader_.last_call() + 1;
  auto left = wanted.limit;
  while (before > 1) {
    const auto least = std::max<std::int64_t>(before - stride, 1);
    auto rows = reader_.calls(before, least, left + 1, filter);
    const bool more = cut_to(rows, left);
    left -= rows.size();
    before = more ? rows.back().id : least;
    add_ended(page, std::move(rows), false);
    if (more || left == 0 || std::chrono::steady_clock::now() - begun >= patience) break;
  }
  if (before > 1) page.looked_down_to(before);
}

api::Answer Stored::oldest(const api::ListCalls& task) {
  constexpr std::int64_t stride = 4'000;
  constexpr std::chrono::milliseconds patience{20};
  const auto& asked = task.filter;
  const proxy::store::CallFilter filter{asked.user, asked.from, asked.to, asked.outcome};
  const auto begun = std::chrono::steady_clock::now();
  const auto last = reader_.last_call();
  auto after = task.cursor.before;
  api::Calls page;
  while (after < last && page.calls.size() < task.limit) {
    const auto most = std::min(after + stride, last);
    const auto left = task.limit - page.calls.size();
    auto rows = reader_.calls_up(after, most, left + 1, filter);
    const bool more = cut_to(rows, left);
    after = more ? rows.back().id : most;
    for (auto& row : rows) {
      auto legs = reader_.legs(row.id);
      page.calls.push_back({std::move(row), std::move(legs)});
    }
    if (std::chrono::steady_clock::now() - begun >= patience) break;
  }
  if (after < last) page.next = api::CallCursor{true, after, true};
  return page;
}

void Stored::add_ended(api::CallPage& page, std::vector<proxy::record::Call> rows, bool more) {
  std::vector<proxy::view::CallView> calls;
  calls.reserve(rows.size());
  for (auto& row : rows) {
    auto legs = reader_.legs(row.id);
    calls.push_back({std::move(row), std::move(legs)});
  }
  page.add_ended(std::move(calls), more);
}

/// As for calls: a few thousand legs at a time, at most so long.
api::Answer Stored::answer(const api::ListPushes& task) {
  constexpr std::int64_t stride = 4'000;
  constexpr std::chrono::milliseconds patience{20};
  const auto begun = std::chrono::steady_clock::now();
  auto before = task.page.after > 0 ? task.page.after : reader_.last_leg() + 1;
  api::Pushes list;
  while (before > 1 && list.pushes.size() < task.page.limit) {
    const auto least = std::max<std::int64_t>(before - stride, 1);
    const auto left = task.page.limit - list.pushes.size();
    auto rows =
        reader_.pushes({before, least, task.device, static_cast<Outcome>(task.outcome)}, left + 1);
    const bool more = cut_to(rows, left);
    before = more ? rows.back().leg.id : least;
    for (auto& row : rows)
      list.pushes.push_back({row.leg.id, row.leg, std::move(row.callee), std::move(row.provider),
                             std::move(row.user_agent)});
    if (std::chrono::steady_clock::now() - begun >= patience) break;
  }
  if (before > 1) list.next = before;
  return list;
}

api::Answer Stored::answer(const api::ExportUsers&) {
  constexpr std::size_t page = 1'000;
  api::Document file{"text/csv; charset=utf-8", "sipwake-users.csv", api::user_csv_header()};
  std::int64_t last = 0;
  for (bool more = true; more;) {
    const auto rows = reader_.users(last, page);
    for (const auto& row : rows) file.text += api::user_csv_line(row);
    more = rows.size() == page;
    if (more) last = rows.back().id;
  }
  return file;
}

std::string Stored::name_of(std::int64_t device) {
  const auto row = reader_.device(device);
  if (!row) return "a phone";
  const auto aor = facts_.aor_of(row->user_id);
  const auto user = reader_.user(aor);
  const auto owner =
      user && !user->display_name.empty() ? user->display_name : aor.substr(0, aor.rfind('@'));
  return proxy::story::device_name(*row, owner);
}

std::string Stored::ladder_text(const proxy::view::CallView& call) {
  const auto timeline = proxy::record::decode(call.call.timeline);
  if (!timeline) return "the stored timeline is damaged\n";
  return proxy::story::ladder(call.call, *timeline,
                              [this](std::int64_t device) { return name_of(device); });
}

api::Document Stored::ladder(const proxy::view::CallView& call) {
  return {"text/plain; charset=utf-8", "", ladder_text(call)};
}

api::Bundle Stored::bundle(proxy::view::CallView call) {
  api::Bundle bundle;
  bundle.version = SIPWAKE_VERSION;
  bundle.ladder = ladder_text(call);
  for (const auto& leg : call.legs) {
    const auto row = reader_.device(leg.device_id);
    if (row) bundle.devices.push_back(shown({*row}).front());
  }
  bundle.call = std::move(call);
  return bundle;
}

std::optional<proxy::record::ApiToken> Stored::token(const std::string& hash) {
  return reader_.token_by_hash(hash);
}

api::Answer Stored::answer(const api::ListTokens& task) {
  auto rows = reader_.tokens();
  std::erase_if(rows, [&](const auto& row) { return row.id <= task.page.after; });
  const bool more = cut_to(rows, task.page.limit);
  return api::Tokens{std::move(rows), more};
}

api::Answer Stored::answer(const api::ReadToken& task) {
  auto row = reader_.token(task.id);
  if (!row) return Refused{404, "", "there is no such token"};
  return api::OneToken{*std::move(row)};
}

api::Answer Stored::answer(const api::ListAudit& task) {
  auto rows = reader_.audits(task.page.after, task.page.limit + 1, task.who, task.what);
  const bool more = cut_to(rows, task.page.limit);
  return api::Audits{std::move(rows), more};
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
