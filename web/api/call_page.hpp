#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "proxy/core/view/view.hpp"
#include "web/api/answer.hpp"
#include "web/api/task.hpp"

namespace web::api {

/// Does the filter want this call?
bool wants(const CallFilter& filter, const proxy::record::Call& call);

/// One page of a list of calls, put together from what the engine and the store give: first all the
/// live parts it asks for, then the ended ones.
class CallPage {
 public:
  explicit CallPage(const ListCalls& wanted);

  /// What to ask the engine next, nothing when the live part is complete.
  std::optional<proxy::view::LiveCalls> next_live() const;
  /// The engine gives calls oldest first; the newest that belong on this page are kept.
  void add_live(proxy::view::Calls part);

  /// Ended calls still wanted once the live part is complete, newest first, with ids below
  /// `before` (0: any).
  struct Ended {
    std::int64_t before{0};
    std::size_t limit{0};
  };
  std::optional<Ended> wanted_ended() const;
  void add_ended(std::vector<proxy::view::CallView> calls, bool more);
  /// The look at them ended at this id before the page was full: the next page begins there.
  void looked_down_to(std::int64_t id) { ended_next_ = CallCursor{true, id}; }
  const CallFilter& filter() const { return wanted_.filter; }

  Calls finish() &&;

 private:
  bool is_listed(std::int64_t id) const;

  ListCalls wanted_;
  std::deque<proxy::view::CallView> calls_;  ///< newest first once live_done_
  bool live_done_{false};
  bool more_live_{false};
  std::int64_t live_after_{0};
  std::optional<CallCursor> ended_next_;
};

}  // namespace web::api
