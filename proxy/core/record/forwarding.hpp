#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/shown.hpp"

namespace proxy::record {

/// What becomes of a user's calls besides that his phones ring. Where to: a number, a user of ours
/// or a URI; empty: nowhere.
struct Forwarding {
  bool do_not_disturb{false};
  std::string always;
  std::string busy;
  std::string no_answer;
  std::uint32_t no_answer_s{20};  ///< how long it has rung, or been held, then
  std::string not_reachable;
  bool operator==(const Forwarding&) const = default;
};

/// What is to become of one: what is not given stays as it is.
struct ForwardingFields {
  std::optional<bool> do_not_disturb;
  std::optional<std::string> always, busy, no_answer, not_reachable;
  std::optional<std::uint32_t> no_answer_s;
  bool operator==(const ForwardingFields&) const = default;
};

/// Visits the members of one or two of Forwarding and ForwardingFields: visit(name in the API, how,
/// a's, b's).
template <class A, class B, class Visit>
void each_forwarding_member(A& a, B& b, Visit&& visit) {
  visit("do_not_disturb", Shown::plainly, a.do_not_disturb, b.do_not_disturb);
  visit("forward_always", Shown::plainly, a.always, b.always);
  visit("forward_busy", Shown::plainly, a.busy, b.busy);
  visit("forward_no_answer", Shown::plainly, a.no_answer, b.no_answer);
  visit("forward_no_answer_s", Shown::plainly, a.no_answer_s, b.no_answer_s);
  visit("forward_not_reachable", Shown::plainly, a.not_reachable, b.not_reachable);
}

}  // namespace proxy::record
