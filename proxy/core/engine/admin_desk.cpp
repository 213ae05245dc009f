#include "proxy/core/engine/admin_desk.hpp"

#include <algorithm>

#include "proxy/core/engine/forwarding_check.hpp"
#include "proxy/core/engine/if_match.hpp"
#include "proxy/core/record/trunk_fields.hpp"
#include "proxy/core/record/version.hpp"
#include "proxy/core/settings/identity.hpp"
#include "proxy/core/story/story.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/base/limits.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

using sip::auth::Algorithm;

namespace {

constexpr std::size_t import_max = 500;
constexpr std::size_t password_max = 256;
constexpr std::size_t name_max = 256;
constexpr std::size_t aor_max = 256;
constexpr std::uint32_t contacts_max{sip::Limits{}.devices_per_user};
constexpr std::string_view too_many_contacts = "must be 1 to 20";

/// "alice@example.com" in canonical form, our own addresses meaning the first domain; nothing when
/// it is malformed.
std::optional<std::string> canonical_aor(std::string_view text, const Settings& settings) {
  if (text.size() > aor_max) return std::nullopt;
  const std::string uri = text.starts_with("sip:") ? std::string{text} : "sip:" + std::string{text};
  const auto parsed = sip::UriView::parse(uri);
  if (!parsed || !parsed->params.text().empty() || parsed->port != 0 || !parsed->password.empty())
    return std::nullopt;
  if (auto local = local_aor(*parsed, settings)) return local;
  return sip::address_of_record(*parsed);
}

void set_password(record::User& user, std::string_view password) {
  const auto at = user.aor.rfind('@');
  const std::string_view name = std::string_view{user.aor}.substr(0, at);
  const std::string_view realm = std::string_view{user.aor}.substr(at + 1);
  user.ha1_md5 = sip::auth::ha1(Algorithm::md5, name, realm, password);
  user.ha1_sha256 = sip::auth::ha1(Algorithm::sha256, name, realm, password);
  user.ha1_sha512_256 = sip::auth::ha1(Algorithm::sha512_256, name, realm, password);
}

bool is_hex(std::string_view text, std::size_t size) {
  return text.empty() || (text.size() == size && sip::from_hex(text).has_value());
}

std::optional<view::Refused> check(const AddUser& add, const Settings& settings) {
  if (!canonical_aor(add.aor, settings))
    return view::Refused{400, "aor", "not of the form user@domain"};
  if (add.password.empty() && add.ha1_md5.empty() && add.ha1_sha256.empty() &&
      add.ha1_sha512_256.empty())
    return view::Refused{400, "password", "must not be empty"};
  if (add.password.size() > password_max)
    return view::Refused{400, "password", "longer than 256 bytes"};
  if (!is_hex(add.ha1_md5, 32)) return view::Refused{400, "ha1", "not 32 hex digits"};
  if (!is_hex(add.ha1_sha256, 64)) return view::Refused{400, "ha1_sha256", "not 64 hex digits"};
  if (!is_hex(add.ha1_sha512_256, 64))
    return view::Refused{400, "ha1_sha512_256", "not 64 hex digits"};
  if (add.display_name.size() > name_max)
    return view::Refused{400, "display_name", "longer than 256 bytes"};
  if (add.max_contacts > contacts_max)
    return view::Refused{400, "max_contacts", std::string{too_many_contacts}};
  record::Forwarding wishes;
  record::apply(add.forwarding, wishes);
  return fault_of(wishes, *canonical_aor(add.aor, settings), settings);
}

/// Who has the name of a user that is to be made; empty: nobody. A user would take a trunk's
/// credentials from it.
std::string taken_by(Core& core, const std::string& aor) {
  if (core.groups.find(aor) != nullptr) return "this is a group";
  const auto name = aor.substr(0, aor.rfind('@'));
  const bool is_new = core.directory.find_user(aor) == nullptr;
  return is_new && core.trunks.inbound(name) != nullptr ? "a trunk logs in with this name" : "";
}

}  // namespace

void AdminDesk::handle(const AdminRequest& request) {
  Undo undo;
  undo.id = request.id;
  view::Answer answer =
      std::visit([&](const auto& wanted) { return change(wanted, undo); }, request.change);
  if (std::holds_alternative<view::Done>(answer)) audit(request);
  undo.seq = core_.written();
  core_.put(Reply{request.id, std::move(answer), undo.seq});
  if (undo.seq != 0) uncommitted_.push_back(std::move(undo));
}

void AdminDesk::handle(const QueryRequest& request) const {
  core_.put(Reply{request.id,
                  std::visit([&](const auto& query) { return answer(query); }, request.query), 0});
}

std::int64_t AdminDesk::put(const AddUser& add, record::User row, Undo& undo) {
  if (!add.display_name.empty()) row.display_name = add.display_name;
  if (add.max_contacts != 0) row.max_contacts = add.max_contacts;
  record::apply(add.forwarding, row.forwarding);
  if (!add.password.empty()) set_password(row, add.password);
  if (!add.ha1_md5.empty()) row.ha1_md5 = sip::to_lower(add.ha1_md5);
  if (!add.ha1_sha256.empty()) row.ha1_sha256 = sip::to_lower(add.ha1_sha256);
  if (!add.ha1_sha512_256.empty()) row.ha1_sha512_256 = sip::to_lower(add.ha1_sha512_256);
  if (const auto* old = core_.directory.user(row.id)) {
    undo.put_back.push_back(old->row);
  } else {
    undo.take_out.push_back(row.id);
  }
  core_.directory.put_user(row);
  core_.write(row);
  return row.id;
}

view::Answer AdminDesk::change(const AddUser& add, Undo& undo) {
  if (auto refused = check(add, *core_.settings)) return *refused;
  record::User row;
  row.aor = *canonical_aor(add.aor, *core_.settings);
  if (core_.directory.find_user(row.aor))
    return view::Refused{409, "aor", "this user exists already"};
  if (auto who = taken_by(core_, row.aor); !who.empty())
    return view::Refused{409, "aor", std::move(who)};
  row.id = core_.directory.next_user_id();
  row.created_at = core_.now.wall;
  const auto id = put(add, std::move(row), undo);
  return view::Done{id, core_.directory.user(id)->row, 1};
}

view::Answer AdminDesk::change(const ImportUsers& import, Undo& undo) {
  if (import.users.size() > import_max) return view::Refused{400, "users", "more than 500"};
  for (const AddUser& add : import.users)
    if (auto refused = check(add, *core_.settings)) {
      refused->why = add.aor + ": " + refused->why;
      return *refused;
    }
  for (const AddUser& add : import.users)
    if (auto who = taken_by(core_, *canonical_aor(add.aor, *core_.settings)); !who.empty())
      return view::Refused{409, "aor", add.aor + ": " + who};
  for (const AddUser& add : import.users) {
    record::User row;
    row.aor = *canonical_aor(add.aor, *core_.settings);
    if (const auto* known = core_.directory.find_user(row.aor)) {
      row = known->row;
    } else {
      row.id = core_.directory.next_user_id();
      row.created_at = core_.now.wall;
    }
    // The kinds of HA1 the import does not give belong to the old password.
    row.ha1_md5.clear();
    row.ha1_sha256.clear();
    row.ha1_sha512_256.clear();
    put(add, std::move(row), undo);
  }
  return view::Done{0, std::nullopt, import.users.size()};
}

view::Answer AdminDesk::change(const ChangeUser& wanted, Undo& undo) {
  const auto aor = canonical_aor(wanted.aor, *core_.settings);
  auto* user = aor ? core_.directory.find_user(*aor) : nullptr;
  if (!user) return view::Refused{404, "aor", "no such user"};
  if (!is_one_of(record::version_of(user->row), wanted.if_match)) return changed_since();
  if (wanted.password && (wanted.password->empty() || wanted.password->size() > password_max))
    return view::Refused{400, "password", "must have 1 to 256 bytes"};
  if (wanted.display_name && wanted.display_name->size() > name_max)
    return view::Refused{400, "display_name", "longer than 256 bytes"};
  if (wanted.max_contacts.value_or(0) > contacts_max)
    return view::Refused{400, "max_contacts", std::string{too_many_contacts}};
  record::Forwarding wishes = user->row.forwarding;
  record::apply(wanted.forwarding, wishes);
  if (auto fault = fault_of(wishes, user->row.aor, *core_.settings)) return *std::move(fault);
  undo.put_back.push_back(user->row);
  user->row.forwarding = std::move(wishes);
  if (wanted.password) set_password(user->row, *wanted.password);
  if (wanted.display_name) user->row.display_name = *wanted.display_name;
  if (wanted.enabled) user->row.enabled = *wanted.enabled;
  if (wanted.max_contacts) user->row.max_contacts = *wanted.max_contacts;
  core_.write(user->row);
  return view::Done{user->row.id, user->row, 1};
}

view::Answer AdminDesk::change(const RemoveUser& remove, Undo& undo) {
  const auto aor = canonical_aor(remove.aor, *core_.settings);
  const auto* user = aor ? core_.directory.find_user(*aor) : nullptr;
  if (!user) return view::Refused{404, "aor", "no such user"};
  if (!is_one_of(record::version_of(user->row), remove.if_match)) return changed_since();
  const auto id = user->row.id;
  undo.put_back.push_back(user->row);
  for (const auto device : user->devices) {
    const auto& entry = *core_.directory.device(device);
    undo.devices.push_back(entry);
    for (const auto& contact : entry.contacts)
      core_.write(record::Erase{record::Table::binding, contact.row.id});
    core_.write(record::Erase{record::Table::device, device});
  }
  core_.directory.remove_user(id);
  core_.write(record::Erase{record::Table::user, id});
  return view::Done{id, std::nullopt, 1};
}

view::Answer AdminDesk::change(const RemoveRegistration& remove, Undo& undo) {
  const auto device = core_.directory.device_of_binding(remove.id);
  auto* entry = device ? core_.directory.device(*device) : nullptr;
  if (!entry) return view::Refused{404, "id", "no such registration"};
  undo.device = *entry;
  core_.directory.remove_contact(*entry, remove.id);
  core_.write(record::Erase{record::Table::binding, remove.id});
  return view::Done{remove.id, std::nullopt, 1};
}

view::Answer AdminDesk::change(const SetAdministrator& set, Undo&) {
  if (set.hash.empty()) return view::Refused{400, "hash", "must not be empty"};
  core_.write(record::Setting{std::string{record::administrator_key}, set.hash});
  return view::Done{};
}

void AdminDesk::on_committed(Seq seq) {
  while (!uncommitted_.empty() && uncommitted_.front().seq <= seq) {
    for (const auto& entry : uncommitted_.front().devices) core_.went.push_back(entry.row.id);
    uncommitted_.pop_front();
  }
}

void AdminDesk::on_store_failed(Seq from, Seq to) {
  for (auto at = uncommitted_.rbegin(); at != uncommitted_.rend(); ++at) {
    if (at->seq < from || at->seq > to) continue;
    for (const auto id : at->take_out) core_.directory.remove_user(id);
    for (auto& row : at->put_back) core_.directory.put_user(std::move(row));
    for (auto& entry : at->devices) {
      const auto id = entry.row.id;
      core_.directory.restore(id, std::move(entry));
    }
    if (at->device) {
      const auto id = at->device->row.id;
      core_.directory.restore(id, std::move(at->device));
    }
    undo_ban(*at);
    undo_token(*at);
    undo_trunks(*at);
    undo_group(*at);
    core_.put(Reply{at->id, view::Refused{503, {}, "the store failed"}, 0});
  }
  std::erase_if(uncommitted_, [&](const Undo& u) { return u.seq >= from && u.seq <= to; });
}

view::Answer AdminDesk::answer(const view::LiveCalls& query) const {
  view::Calls out;
  const std::size_t limit = std::min<std::size_t>(query.limit, 200);
  const auto& calls = book_.calls();
  for (auto at = calls.upper_bound(query.after_id); at != calls.end(); ++at) {
    const auto state = at->second.row.state;
    if (state == record::CallState::ended || (query.state && *query.state != state)) continue;
    if (out.calls.size() == limit) {
      out.more = true;
      break;
    }
    out.calls.push_back(view_of(at->second));
  }
  return out;
}

view::Answer AdminDesk::answer(const view::OneCall& query) const {
  const auto found = book_.calls().find(query.id);
  if (found == book_.calls().end()) return view::Refused{404, "id", "no live call with this id"};
  auto out = view_of(found->second);
  out.heads = found->second.heads;
  return out;
}

view::Answer AdminDesk::answer(const view::StatusQuery&) const {
  view::Status status{counters(), std::nullopt};
  const auto& settings = *core_.settings;
  if (!settings.pbx) return status;
  status.pbx = view::Pbx{settings.pbx->host, {}, std::string{core_.hops.trouble()}};
  auto targets = core_.hops.pbx_targets();
  if (const auto flow = pbx_flow(settings)) targets.push_back({flow->transport, flow->peer});
  for (const auto& target : targets) status.pbx->targets.push_back(to_string(target));
  return status;
}

view::CallView AdminDesk::view_of(const CallEntry& call) const {
  view::CallView out;
  out.call = call.row;
  out.call.timeline = record::encode(call.timeline);
  out.call.verdict =
      story::verdict(call.row, call.timeline, [this](DeviceKey d) { return core_.device_name(d); });
  for (const CallLeg& leg : call.legs) out.legs.push_back(leg.row);
  if (call.row.state == record::CallState::held && call.wake_deadline) {
    const auto until = std::min(*call.wake_deadline, call.expires_at.value_or(*call.wake_deadline));
    out.held_until = core_.now.wall + (until - core_.now.mono);
  }
  return out;
}

view::Counters AdminDesk::counters() const {
  view::Counters c = core_.counters;
  c.users = core_.directory.user_count();
  c.devices = core_.directory.device_count();
  c.registrations = core_.directory.contact_count();
  for (const auto& [key, call] : book_.calls()) {
    if (call.row.state == record::CallState::held) ++c.held_calls;
    if (call.row.state == record::CallState::ringing) ++c.ringing_calls;
    if (call.row.state == record::CallState::active) ++c.active_calls;
  }
  const auto counts = core_.transactions.counts();
  c.transactions = counts.server + counts.client;
  if (core_.guard) c.bans = core_.guard->bans.active();
  return c;
}

}  // namespace proxy
