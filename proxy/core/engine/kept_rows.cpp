#include "proxy/core/engine/kept_rows.hpp"

#include <utility>
#include <variant>

namespace proxy {

using record::Table;

std::optional<KeptRows::RowKey> KeptRows::key_of(const record::Change& change) {
  if (const auto* call = std::get_if<record::Call>(&change))
    return RowKey{Table::call, call->id, 0};
  if (const auto* leg = std::get_if<record::Leg>(&change)) return RowKey{Table::leg, leg->id, 0};
  if (const auto* invite = std::get_if<record::CallInvite>(&change))
    return RowKey{Table::call_invite, invite->call_id, 0};
  if (const auto* head = std::get_if<record::MessageHead>(&change))
    return RowKey{Table::call, head->call_id, head->step + 1};
  if (const auto* ban = std::get_if<record::Ban>(&change)) return RowKey{Table::ban, ban->id, 0};
  if (const auto* erase = std::get_if<record::Erase>(&change))
    return RowKey{erase->table, erase->id, 0};
  return std::nullopt;
}

void KeptRows::wrote(Seq seq, const record::Change& change) {
  const auto key = key_of(change);
  if (!key) return;
  lost_.erase(*key);
  pending_.push_back({seq, *key, change});
}

void KeptRows::on_committed(Seq seq) {
  while (!pending_.empty() && pending_.front().seq <= seq) pending_.pop_front();
}

void KeptRows::on_store_failed(Seq from, Seq to, sip::TimePoint now) {
  std::map<RowKey, std::size_t> newest;
  for (std::size_t i = 0; i < pending_.size(); ++i) newest[pending_[i].key] = i;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    Pending& p = pending_[i];
    // What was written of the same row since then is on its way, or comes to this point itself.
    if (p.seq >= from && p.seq <= to && newest[p.key] == i)
      lost_.insert_or_assign(p.key, std::move(p.change));
  }
  std::erase_if(pending_, [&](const Pending& p) { return p.seq <= to; });
  if (!lost_.empty()) retry_at_ = now + patience;
}

std::vector<record::Change> KeptRows::take_due(sip::TimePoint now) {
  if (!retry_at_ || now < *retry_at_) return {};
  retry_at_.reset();
  std::vector<record::Change> out;
  for (auto& [key, change] : std::exchange(lost_, {})) out.push_back(std::move(change));
  return out;
}

}  // namespace proxy
