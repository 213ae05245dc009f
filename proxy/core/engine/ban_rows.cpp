#include "proxy/core/engine/ban_rows.hpp"

#include "proxy/core/settings/source.hpp"

namespace proxy {

record::Ban set_ban(Core& core, const sip::Address& source, std::string_view reason,
                    std::optional<sip::Duration> length) {
  const auto times = admission::ban_times(*core.settings);
  auto added = core.guard->bans.add(source, reason, length, times, core.now);
  if (added.gone) core.keep(record::Erase{record::Table::ban, *added.gone});
  core.keep(added.row);
  ++core.counters.bans_set;
  const auto lasts =
      std::chrono::duration_cast<std::chrono::seconds>(added.row.expires_at - added.row.created_at);
  core.report(Level::warn, "ban.set",
              {{"address", added.row.address},
               {"reason", added.row.reason},
               {"count", std::to_string(added.row.count)},
               {"seconds", std::to_string(lasts.count())}});
  return std::move(added.row);
}

record::Ban lift_ban(Core& core, std::int64_t id) {
  auto row = core.guard->bans.lift(id).value();
  if (const auto source = parse_source(row.address)) core.guard->forgive(*source);
  core.keep(record::Erase{record::Table::ban, id});
  core.report(Level::info, "ban.lifted", {{"address", row.address}});
  return row;
}

}  // namespace proxy
