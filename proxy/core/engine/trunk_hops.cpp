#include "proxy/core/engine/trunk_hops.hpp"

#include <algorithm>
#include <utility>

#include "proxy/core/settings/identity.hpp"

namespace proxy {
namespace {

constexpr unsigned bits_of_a_block = 32;
constexpr std::size_t avoided_most = 1'000;

std::vector<sip::Transport> transports(const Settings& settings) {
  std::vector<sip::Transport> out;
  for (const auto transport : {sip::Transport::udp, sip::Transport::tcp, sip::Transport::tls})
    if (std::ranges::any_of(settings.locals,
                            [&](const auto& local) { return local.transport == transport; }))
      out.push_back(transport);
  return out;
}

}  // namespace

void TrunkHops::configure(const Rows& rows, const Settings& settings, sip::TimePoint now) {
  const auto old = std::exchange(trunks_, {});
  const auto supported = transports(settings);
  for (const auto& [id, row] : rows) {
    if (!row.enabled) continue;
    const auto before = old.find(id);
    auto& known = trunks_[id];
    for (auto& target : trunk::parse_targets(row.targets)) {
      const Known* same = nullptr;
      if (before != old.end())
        for (const Known& one : before->second)
          if (one.target.wanted == target.wanted) same = &one;
      if (same != nullptr) {
        known.push_back({std::move(target), same->targets});
        continue;
      }
      Targets targets{target.wanted, supported, ++last_block_ << bits_of_a_block};
      targets.look(now);
      known.push_back({std::move(target), std::move(targets)});
    }
  }
}

/// RFC 2782 "Usage rules": by priority, within one by weight and chance.
std::vector<std::size_t> TrunkHops::shuffled(const std::vector<Known>& known) const {
  std::vector<std::size_t> left(known.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  std::ranges::stable_sort(left, {}, [&](std::size_t i) { return known[i].target.priority; });
  std::vector<std::size_t> out;
  while (!left.empty()) {
    const auto priority = known[left.front()].target.priority;
    const auto end = std::ranges::find_if(
        left, [&](std::size_t i) { return known[i].target.priority != priority; });
    std::uint64_t sum = 0;
    for (auto at = left.begin(); at != end; ++at) sum += known[*at].target.weight;
    auto point = sum == 0 ? 0 : dice_.next() % sum;
    auto chosen = left.begin();
    while (sum != 0 && point >= known[*chosen].target.weight) {
      point -= known[*chosen].target.weight;
      ++chosen;
    }
    out.push_back(*chosen);
    left.erase(chosen);
  }
  return out;
}

HopRoute TrunkHops::to(std::int64_t trunk, const Settings& settings, sip::TimePoint now) {
  HopRoute route;
  const auto found = trunks_.find(trunk);
  if (found == trunks_.end()) return route;
  for (const auto i : shuffled(found->second)) {
    auto& targets = found->second[i].targets;
    for (const auto& target : targets.order(dice_, now)) {
      const auto at = listener_for(target.transport, target.endpoint.address, settings);
      if (!at) continue;
      const sip::Flow flow{target.transport, *at, target.endpoint, 0};
      if (std::ranges::find(route.flows, flow) == route.flows.end()) route.flows.push_back(flow);
    }
    route.looking = route.looking || targets.looking();
  }
  std::stable_partition(route.flows.begin(), route.flows.end(), [&](const sip::Flow& flow) {
    return !is_avoided({flow.transport, flow.peer}, now);
  });
  return route;
}

std::vector<TrunkHops::Target> TrunkHops::all(std::int64_t trunk) const {
  std::vector<Target> out;
  const auto found = trunks_.find(trunk);
  if (found == trunks_.end()) return out;
  for (const Known& known : found->second)
    for (const auto& target : known.targets.all())
      if (std::ranges::find(out, target) == out.end()) out.push_back(target);
  return out;
}

void TrunkHops::failed(const Target& target, sip::TimePoint now) {
  std::erase_if(avoided_, [now](const auto& entry) { return entry.second <= now; });
  const bool known = std::ranges::any_of(trunks_, [&](const auto& entry) {
    const auto targets = all(entry.first);
    return std::ranges::find(targets, target) != targets.end();
  });
  if (known && avoided_.size() < avoided_most) avoided_[target] = now + Targets::avoid_for;
}

bool TrunkHops::is_avoided(const Target& target, sip::TimePoint now) const {
  const auto at = avoided_.find(target);
  return at != avoided_.end() && at->second > now;
}

bool TrunkHops::on_resolved(const Resolved& resolved, sip::TimePoint now) {
  for (auto& [id, known] : trunks_)
    for (Known& one : known)
      if (one.targets.on_resolved(resolved, now)) return true;
  return false;
}

bool TrunkHops::on_deadline(sip::TimePoint now) {
  bool ended = false;
  for (auto& [id, known] : trunks_)
    for (Known& one : known) ended = one.targets.on_deadline(now) || ended;
  return ended;
}

std::optional<sip::TimePoint> TrunkHops::next_deadline() const {
  std::optional<sip::TimePoint> next;
  for (const auto& [id, known] : trunks_)
    for (const Known& one : known)
      if (const auto at = one.targets.next_deadline(); at && (!next || *at < *next)) next = at;
  return next;
}

std::vector<Resolve> TrunkHops::take_questions() {
  std::vector<Resolve> out;
  for (auto& [id, known] : trunks_)
    for (Known& one : known)
      for (auto& question : one.targets.take_questions()) out.push_back(std::move(question));
  return out;
}

std::vector<TrunkPeer> TrunkHops::peers(const Rows& rows) const {
  std::vector<TrunkPeer> out;
  for (const auto& [id, row] : rows) {
    if (!row.enabled) continue;
    for (const auto& source : trunk::parse_sources(row.sources))
      out.push_back({source.block, source.transport, id});
    for (const auto& target : all(id))
      out.push_back({{target.endpoint.address, 128}, target.transport, id});
  }
  return out;
}

Expect TrunkHops::expectations(const Rows& rows) const {
  Expect out;
  for (const auto& [id, known] : trunks_) {
    const auto row = rows.find(id);
    if (row == rows.end()) continue;
    for (const Known& one : known) {
      const auto& name = row->second.tls_name;
      for (const auto& target : one.targets.all())
        if (target.transport == sip::Transport::tls)
          out.names.try_emplace(target.endpoint, name.empty() ? one.target.wanted.host : name);
    }
  }
  return out;
}

}  // namespace proxy
