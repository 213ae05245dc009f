#include <algorithm>
#include <chrono>

#include "app/cli/offline.hpp"
#include "proxy/core/settings/source.hpp"

// Bans while no server runs; the next one reads them at its start.

namespace app::cli {
namespace {

using proxy::record::Ban;
using proxy::record::Erase;
using proxy::record::Table;
using proxy::view::Answer;
using proxy::view::Done;
using proxy::view::Refused;

constexpr sip::Duration usual_ban{std::chrono::hours{24}};
constexpr sip::Duration shortest_ban{std::chrono::seconds{1}};
constexpr sip::Duration longest_ban{std::chrono::hours{24 * 365}};

}  // namespace

Answer Offline::apply(const proxy::AddBan& add) {
  const auto source = proxy::parse_source(add.address);
  if (!source) return Refused{400, "address", "not an IP address, or the /64 of an IPv6 one"};
  const auto length = add.duration.value_or(usual_ban);
  if (length < shortest_ban || length > longest_ban)
    return Refused{400, "duration", "must be between a second and a year"};
  const auto address = proxy::source_text(*source);
  Ban ban{known_.last_ids.ban + 1, address, {}, 0, {}, {}};
  const auto before = std::ranges::find(known_.bans, address, &Ban::address);
  if (before != known_.bans.end()) ban = *before;
  ban.reason = add.reason.empty() ? "by hand" : add.reason;
  ++ban.count;
  ban.created_at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  ban.expires_at = ban.created_at + length;
  return commit({ban}, Done{ban.id, std::nullopt, 1, ban});
}

Answer Offline::apply(const proxy::LiftBan& lift) {
  const auto source = proxy::parse_source(lift.address);
  const auto address = source ? proxy::source_text(*source) : std::string{};
  for (const auto& ban : known_.bans)
    if (lift.id != 0 ? ban.id == lift.id : ban.address == address)
      return commit({Erase{Table::ban, ban.id}}, Done{ban.id, std::nullopt, 1});
  return Refused{404, "address", "there is no such ban"};
}

}  // namespace app::cli
