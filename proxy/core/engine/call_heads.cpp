#include <algorithm>
#include <utility>

#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/story/message_head.hpp"

// The heads of a call's messages, kept beside its timeline. What belongs to no woken phone pays
// nothing for it: the first messages of a call are looked up when it turns out to be one.

namespace proxy {

using record::Step;

namespace {

/// Of one call, until it is written; what comes then has none.
constexpr std::size_t heads_most{32'768};

/// The step tells of the message that was received.
bool tells_of(Step what, const Message& received) {
  switch (what) {
    case Step::registered:
      return received.method() == sip::Method::register_;
    case Step::cancelled:
      return received.method() == sip::Method::cancel;
    case Step::ended:
      return received.method() == sip::Method::bye;
    case Step::provisional:
    case Step::answered:
    case Step::declined:
    case Step::failed:
    case Step::branch_failed:
    case Step::late_response:
      return !received.is_request();
    default:
      return false;
  }
}

}  // namespace

void CallDesk::begin_heads(CallEntry& call) {
  if (call.keeps_heads || core_.settings->calls.message_heads == Settings::MessageHeads::off)
    return;
  call.keeps_heads = true;
  for (std::size_t i = 0; i < call.timeline.size(); ++i) {
    const record::Entry& entry = call.timeline[i];
    if (entry.what == Step::invite && call.invite)
      add_head(call, i, story::message_head(*call.invite));
    if (entry.what != Step::branch) continue;
    const auto branch = std::ranges::find_if(call.branches, [&](const Branch& b) {
      return b.bytes && b.device == entry.device && sip::to_string(b.flow) == entry.detail;
    });
    if (branch != call.branches.end()) add_head(call, i, story::message_head(*branch->bytes));
  }
}

void CallDesk::keep_head(CallEntry& call, Step what, std::string_view sent) {
  const std::size_t step = call.timeline.size() - 1;
  if (!sent.empty()) return add_head(call, step, story::message_head(sent));
  if (core_.at_hand && tells_of(what, *core_.at_hand))
    add_head(call, step, story::message_head(*core_.at_hand));
}

void CallDesk::add_head(CallEntry& call, std::size_t step, std::string head) {
  std::size_t size = head.size();
  for (const auto& other : call.heads) size += other.head.size();
  if (head.empty() || size > heads_most) return;
  call.heads.push_back({call.row.id, static_cast<std::uint32_t>(step), std::move(head)});
}

/// With the row that holds their steps, so that neither is there without the other.
void CallDesk::write_heads(CallEntry& call) {
  const bool all = core_.settings->calls.message_heads == Settings::MessageHeads::all;
  for (auto& head : std::exchange(call.heads, {})) {
    if (call.persisted)
      core_.keep(std::move(head));
    else if (all)
      core_.write(std::move(head));
  }
}

}  // namespace proxy
