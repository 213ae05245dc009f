#pragma once
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/record/rows.hpp"
#include "sipstack/base/time.hpp"

namespace proxy {

/// Rows of held calls, of calls on trunks, and bans, that must reach the store even when it fails
/// for a while: what a failed commit lost is written again a second later, unless something newer
/// about the same row was written.
class KeptRows {
 public:
  static constexpr sip::Duration patience{1'000};

  /// The change belongs to this batch. Only Call, CallInvite, MessageHead, Leg, Ban and Erase.
  void wrote(Seq seq, const record::Change& change);
  void on_committed(Seq seq);
  void on_store_failed(Seq from, Seq to, sip::TimePoint now);
  /// What is to be written again now, in the order of the rows' keys.
  std::vector<record::Change> take_due(sip::TimePoint now);
  std::optional<sip::TimePoint> next_deadline() const { return retry_at_; }

 private:
  /// Of a MessageHead: its call and step, beside the table of calls.
  using RowKey = std::tuple<record::Table, std::int64_t, std::int64_t>;
  static std::optional<RowKey> key_of(const record::Change& change);

  struct Pending {
    Seq seq;
    RowKey key;
    record::Change change;
  };
  std::deque<Pending> pending_;
  std::map<RowKey, record::Change> lost_;
  std::optional<sip::TimePoint> retry_at_;
};

}  // namespace proxy
