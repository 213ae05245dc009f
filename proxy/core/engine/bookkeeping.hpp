#pragma once
#include <memory>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "proxy/core/engine/event.hpp"
#include "proxy/core/settings/settings.hpp"
#include "sipstack/base/ids.hpp"

namespace proxy {

/// The administrator's changes by the rules of the engine, while no engine runs: knows users,
/// devices, contacts and tokens, and touches no call. Not thread-safe.
class Bookkeeping {
 public:
  /// `ids` must outlive this.
  Bookkeeping(std::shared_ptr<const Settings> settings, const record::Snapshot& snapshot,
              sip::IdSource& ids, sip::WallTime now);
  ~Bookkeeping();
  Bookkeeping(Bookkeeping&&) = delete;

  struct Outcome {
    view::Answer answer;
    std::vector<record::Change> changes;  ///< to be stored together; may be none
  };
  Outcome change(Change wanted, Actor actor, sip::WallTime now);
  /// What the engine would answer with nothing live.
  view::Answer ask(const view::Query& query, sip::WallTime now);
  /// The changes of the last outcome were stored, or they were not and are undone here.
  void settle(bool stored);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxy
