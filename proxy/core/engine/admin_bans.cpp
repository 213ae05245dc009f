#include <algorithm>

#include "proxy/core/engine/admin_desk.hpp"
#include "proxy/core/engine/ban_rows.hpp"
#include "proxy/core/settings/source.hpp"

// Bans as an administrator sets and lifts them.

namespace proxy {
namespace {

constexpr std::size_t reason_max = 255;
constexpr sip::Duration shortest_ban{std::chrono::seconds{1}};
constexpr sip::Duration usual_ban{std::chrono::hours{24}};

}  // namespace

view::Answer AdminDesk::change(const AddBan& add, Undo& undo) {
  const auto source = parse_source(add.address);
  if (!source) return view::Refused{400, "address", "not an IP address, or the /64 of an IPv6 one"};
  if (add.reason.size() > reason_max) return view::Refused{400, "reason", "longer than 255 bytes"};
  const auto length = add.duration.value_or(usual_ban);
  if (length < shortest_ban || length > admission::longest_ban)
    return view::Refused{400, "duration", "must be between a second and a year"};
  const auto& exempt = core_.settings->abuse.exempt;
  if (std::ranges::any_of(exempt, [&](const auto& block) { return block.contains(*source); }))
    return view::Refused{409, "address", "this address is exempt (abuse.exempt)"};
  if (const auto* before = core_.guard->bans.find(*source)) undo.ban = *before;
  auto row = set_ban(core_, *source, add.reason.empty() ? "by hand" : add.reason, length);
  undo.new_ban = row.id;
  return view::Done{row.id, std::nullopt, 1, std::move(row)};
}

view::Answer AdminDesk::change(const LiftBan& lift, Undo& undo) {
  const auto& bans = core_.guard->bans;
  const auto source = parse_source(lift.address);
  const record::Ban* row = lift.id != 0 ? bans.find(lift.id)
                           : source     ? bans.find(*source)
                                        : nullptr;
  if (!row) return view::Refused{404, lift.id != 0 ? "id" : "address", "there is no such ban"};
  undo.ban = lift_ban(core_, row->id);
  return view::Done{undo.ban->id, std::nullopt, 1};
}

void AdminDesk::undo_ban(const Undo& undo) {
  if (undo.new_ban != 0 && core_.guard->bans.lift(undo.new_ban))
    core_.keep(record::Erase{record::Table::ban, undo.new_ban});
  if (!undo.ban) return;
  core_.guard->bans.put_back(*undo.ban, admission::ban_times(*core_.settings), core_.now);
  core_.keep(*undo.ban);
}

}  // namespace proxy
