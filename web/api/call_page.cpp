#include "web/api/call_page.hpp"

#include <algorithm>
#include <iterator>

namespace web::api {

using proxy::record::CallState;
using proxy::view::CallView;

bool wants(const CallFilter& filter, const proxy::record::Call& call) {
  if (filter.from && call.started_at < *filter.from) return false;
  if (filter.to && call.started_at >= *filter.to) return false;
  if (!filter.outcome.empty() && call.end_reason != filter.outcome) return false;
  const auto& user = filter.user;
  return user.empty() || call.callee == user || call.callee == "sip:" + user ||
         call.caller == "sip:" + user || call.caller == "sips:" + user;
}

CallPage::CallPage(const ListCalls& wanted) : wanted_(wanted), live_done_(wanted.cursor.ended) {}

std::optional<proxy::view::LiveCalls> CallPage::next_live() const {
  if (live_done_) return std::nullopt;
  return proxy::view::LiveCalls{wanted_.state, live_after_, 200};
}

void CallPage::add_live(proxy::view::Calls part) {
  const auto before = wanted_.cursor.before;
  for (auto& call : part.calls) {
    live_after_ = std::max(live_after_, call.call.id);
    if (before != 0 && call.call.id >= before) {
      live_done_ = true;
      return;
    }
    if (!wants(wanted_.filter, call.call)) continue;
    calls_.push_front(std::move(call));
    if (calls_.size() > wanted_.limit) {
      calls_.pop_back();
      more_live_ = true;
    }
  }
  // An answer without calls cannot be followed by another: the next question would be the same.
  live_done_ = !part.more || part.calls.empty();
}

std::optional<CallPage::Ended> CallPage::wanted_ended() const {
  const bool wanted = !wanted_.state || wanted_.state == CallState::ended;
  if (!wanted || more_live_ || calls_.size() >= wanted_.limit) return std::nullopt;
  return Ended{wanted_.cursor.ended ? wanted_.cursor.before : 0, wanted_.limit - calls_.size()};
}

bool CallPage::is_listed(std::int64_t id) const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [id](const CallView& listed) { return listed.call.id == id; });
}

void CallPage::add_ended(std::vector<CallView> calls, bool more) {
  if (more && !calls.empty()) ended_next_ = CallCursor{true, calls.back().call.id};
  // A call may end between the two questions; it is listed once.
  for (auto& call : calls)
    if (!is_listed(call.call.id)) calls_.push_back(std::move(call));
}

Calls CallPage::finish() && {
  Calls page;
  const bool full = calls_.size() >= wanted_.limit;
  if (more_live_) {
    page.next = CallCursor{false, calls_.back().call.id};
  } else if (ended_next_) {
    page.next = ended_next_;
  } else if (full && !wanted_.state && !wanted_.cursor.ended &&
             calls_.back().call.state != CallState::ended) {
    page.next = CallCursor{true, 0};
  }
  page.calls.assign(std::make_move_iterator(calls_.begin()), std::make_move_iterator(calls_.end()));
  return page;
}

}  // namespace web::api
