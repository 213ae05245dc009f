#include "proxy/core/engine/targets.hpp"

#include <algorithm>

namespace proxy {

using sip::locate::Question;

Targets::Targets(sip::locate::Wanted wanted, std::vector<sip::Transport> supported,
                 std::uint64_t first_id)
    : wanted_{std::move(wanted)}, supported_{std::move(supported)}, last_id_{first_id} {}

void Targets::look(sip::TimePoint now) {
  if (locator_) return;
  look_at_.reset();
  locator_.emplace(wanted_, supported_);
  give_up_at_ = now + patience;
  ask(locator_->begin());
  is_address_ = asked_.empty();
  if (locator_->done()) finish(now);
}

void Targets::ask(std::vector<Question> questions) {
  for (Question& question : questions) {
    const ResolveId id{++last_id_};
    asked_[id] = question;
    questions_.push_back({id, std::move(question)});
  }
}

bool Targets::on_resolved(const Resolved& resolved, sip::TimePoint now) {
  const auto at = asked_.find(resolved.id);
  if (at == asked_.end() || !locator_) return false;
  const Question question = std::move(at->second);
  asked_.erase(at);
  ask(locator_->on_answer(question, resolved.answer));
  if (!locator_->done()) return false;
  finish(now);
  return true;
}

void Targets::finish(sip::TimePoint now) {
  const auto located = locator_->located();
  locator_.reset();
  asked_.clear();
  give_up_at_.reset();
  if (!located.ways.empty()) return keep(located, now);
  trouble_ = located.failure == sip::locate::Failure::none ? std::string_view{"no such service"}
                                                           : to_string(located.failure);
  look_at_ = now + ask_again;
}

void Targets::keep(const sip::locate::Located& located, sip::TimePoint now) {
  trouble_ = {};
  known_ = located.ways;
  if (is_address_) return;
  const auto ttl = std::clamp(sip::Duration{located.ttl}, ttl_least, ttl_most);
  use_refreshes_ = now + ttl * 4 / 5;
  look_at_ = now + ttl;
  drop_at_ = now + ttl + stale_for;
  const auto now_known = all();
  std::erase_if(avoided_, [&](const auto& entry) {
    return std::find(now_known.begin(), now_known.end(), entry.first) == now_known.end();
  });
}

std::vector<Targets::Target> Targets::all() const {
  std::vector<Target> out;
  for (const auto& way : known_)
    for (const auto& address : way.addresses) out.push_back({way.transport, {address, way.port}});
  return out;
}

std::vector<Targets::Target> Targets::order(sip::IdSource& dice, sip::TimePoint now) {
  const bool failing = !trouble_.empty();
  if (!known_.empty() && !failing && !is_address_ && now >= use_refreshes_) look(now);
  auto out = arrange(known_, dice);
  std::stable_partition(out.begin(), out.end(), [&](const Target& target) {
    const auto at = avoided_.find(target);
    return at == avoided_.end() || at->second <= now;
  });
  return out;
}

void Targets::failed(const Target& target, sip::TimePoint now) {
  const auto known = all();
  if (std::find(known.begin(), known.end(), target) != known.end())
    avoided_[target] = now + avoid_for;
}

bool Targets::on_deadline(sip::TimePoint now) {
  const auto due = [now](const std::optional<sip::TimePoint>& at) { return at && *at <= now; };
  bool ended = false;
  if (due(give_up_at_)) {
    locator_.reset();
    asked_.clear();
    questions_.clear();
    give_up_at_.reset();
    trouble_ = to_string(sip::locate::Failure::timeout);
    look_at_ = now + ask_again;
    ended = true;
  }
  if (due(drop_at_)) {
    known_.clear();
    drop_at_.reset();
    ended = true;
  }
  if (due(look_at_)) look(now);
  return ended;
}

std::optional<sip::TimePoint> Targets::next_deadline() const {
  std::optional<sip::TimePoint> next;
  for (const auto& at : {give_up_at_, look_at_, drop_at_})
    if (at && (!next || *at < *next)) next = at;
  return next;
}

}  // namespace proxy
