"""The faults that are planted into the engine, one at a time: what is wrong then, where, and how."""

from typing import NamedTuple


class Fault(NamedTuple):
    name: str  # what the engine does wrong
    file: str
    old: str  # found exactly once in the file
    new: str


ENGINE = "proxy/core/engine/"

FAULTS = [
    Fault(
        "makes late calls without a look at the leg",
        ENGINE + "late_desk.cpp",
        "if (!wake::is_waiting(leg.row.state) || !leg.row.pushed_at || !call.invite) return false;",
        "if (!call.invite) return false;",
    ),
    Fault(
        "does not write down who answered",
        ENGINE + "call_branches.cpp",
        "if (CallLeg* leg = call.leg(branch.device)) step(call, *leg, LegInput::answered);",
        "",
    ),
    Fault(
        "takes a device that rang for one that never came",
        "proxy/core/wake/leg.hpp",
        "{LegState::pushed,    LegInput::rang,         LegState::ringing},",
        "{LegState::pushed,    LegInput::rang,         LegState::pushed},",
    ),
    Fault(
        "calls the other account of the phone that answered",
        ENGINE + "late_desk.cpp",
        "if (phone_has_call(call, *device)) return false;",
        "",
    ),
    Fault(
        "forgets the Reason of an answered call",
        "proxy/core/late_call/eligibility.cpp",
        "    case End::answered:\n      return std::string{reason_answered};",
        "    case End::answered:\n      return {};",
    ),
    Fault(
        "gives a missed call the Reason of an answered one",
        "proxy/core/late_call/eligibility.cpp",
        "  if (!call.cancel_reason.empty()) return End::as_caller_said;\n  return End::missed;",
        "  if (!call.cancel_reason.empty()) return End::as_caller_said;\n  return End::answered;",
    ),
    Fault(
        "never supersedes a mute branch",
        ENGINE + "call_waking.cpp",
        "if (mute || !core_.is_open(old->flow)) {",
        "if ((mute && !mute) || !core_.is_open(old->flow)) {",
    ),
    Fault(
        "sends an INVITE for each REGISTER",
        ENGINE + "call_waking.cpp",
        "  if (!old) return start_branch(call, *device, *contact);\n  if (old->heard()) return;",
        "  return start_branch(call, *device, *contact);\n  if (old->heard()) return;",
    ),
    Fault(
        "answers the caller twice: a failure, and then the 2xx of a phone that was too late",
        ENGINE + "call_branches.cpp",
        "const bool may_still_answer = !call.final_sent;",
        "const bool may_still_answer = true;",
    ),
    Fault(
        "loses the sleeping legs at a restart",
        ENGINE + "restore.cpp",
        "if (leg.call_id == row.id)",
        "if (leg.call_id == row.id && leg.state != LegState::pushed)",
    ),
    Fault(
        "takes a late call that was under way for done after a restart",
        ENGINE + "restore.cpp",
        "step(call, leg, LegInput::late_failed);",
        "step(call, leg, LegInput::late_done);",
    ),
    Fault(
        "sends the INVITE before the 200 to the REGISTER",
        ENGINE + "core.hpp",
        "return std::max(written(), contact.batch > committed ? contact.batch : Seq{0});",
        "return contact.batch > committed + 1'000'000 ? written() : Seq{0};",
    ),
    Fault(
        "pushes before the leg is committed",
        ENGINE + "call_arrival.cpp",
        "core_.written(), core_.now.mono + commit_patience});",
        "core_.written(), core_.now.mono});",
    ),
    Fault(
        "does not take back the pushes of a call that is over",
        ENGINE + "call_ending.cpp",
        "  for (const PushId id : book_.pushes_of(call.row.id)) core_.put(DropPush{id});\n",
        "",
    ),
    Fault(
        "pushes a token that the service called dead",
        ENGINE + "call_arrival.cpp",
        " && device.row.token_dead.empty();",
        ";",
    ),
    Fault(
        "cancels a branch that has not answered",
        ENGINE + "call_ending.cpp",
        "if (b.pending() && b.provisional != 0 && !b.cancelled) cancel_branch(call, b);",
        "if (b.pending() && !b.cancelled) cancel_branch(call, b);",
    ),
    Fault(
        "does not cancel the phones that lost",
        ENGINE + "call_ending.cpp",
        "if (b.pending() && b.provisional != 0 && !b.cancelled) cancel_branch(call, b);",
        "if (b.pending() && b.provisional == 180 && b.cancelled) cancel_branch(call, b);",
    ),
    Fault(
        "lets the 603 of a phone's own timer end the call",
        ENGINE + "call_branches.cpp",
        "const bool by_timer = status == 603 &&",
        "const bool by_timer = status == 604 &&",
    ),
    Fault(
        "passes the 503 of a starting phone on",
        ENGINE + "call_branches.cpp",
        "return status == 503 || status == 408 || status == 430;",
        "return status == 408 || status == 430;",
    ),
    Fault(
        "does not acknowledge and end a late call that was answered",
        ENGINE + "late_desk.cpp",
        "      if (response) hang_up(running, *response);\n",
        "      (void)response;\n",
    ),
    Fault(
        "never gives a late call up",
        ENGINE + "late_desk.cpp",
        "constexpr std::uint32_t attempts_max = 3;",
        "constexpr std::uint32_t attempts_max = 300;",
    ),
    Fault(
        "keeps the window open too long",
        "proxy/core/late_call/eligibility.cpp",
        "  return std::max(call_end + windows.window.value_or(policy.window),",
        "  return std::max(call_end + 10 * windows.window.value_or(policy.window),",
    ),
    Fault(
        "closes the window with the call",
        ENGINE + "late_desk.cpp",
        "return leg.window_until && core_.now.mono < *leg.window_until;",
        "return false;",
    ),
    Fault(
        "makes the late calls of one phone all at once",
        ENGINE + "late_desk.cpp",
        "while (!line.current && !line.waiting.empty()) {",
        "while (!line.waiting.empty()) {",
    ),
    Fault(
        "sends CANCEL on silence before any answer",
        "proxy/core/late_call/attempt.hpp",
        "return state_ == State::trying ? cancel() : unreached();",
        "return cancel();",
    ),
    Fault(
        "changes the Call-ID of a late call",
        "proxy/core/late_call/invite.cpp",
        "        sip::append_header(out, name, original.value(h));",
        "        sip::append_header(out, name, std::string{original.value(h)}.append(\n"
        "                                           name == HeaderName::call_id ? \"-late\" : \"\"));",
    ),
    Fault(
        "sends no CANCEL to a branch that is heard after the end",
        ENGINE + "call_branches.cpp",
        "    if (!branch.cancelled) {\n      cancel_branch(call, branch);",
        "    if (branch.cancelled) {\n      cancel_branch(call, branch);",
    ),
    Fault(
        "leaves a 2xx after the final alone",
        ENGINE + "call_branches.cpp",
        "  hang_up(call, branch, response);\n  branch_told(call, branch);",
        "  branch_told(call, branch);",
    ),
    Fault(
        "ignores keep-alives of phones it has woken",
        ENGINE + "engine.cpp",
        "for (const auto device : core.directory.on_flow(e.flow)) router.device_came(device, false);",
        "",
    ),
    Fault(
        "waits for a phone that has un-registered",
        ENGINE + "engine.cpp",
        "      calls.device_went(device);\n",
        "",
    ),
    Fault(
        "does not write again what a failed commit lost",
        ENGINE + "kept_rows.cpp",
        "if (!lost_.empty()) retry_at_ = now + patience;",
        "lost_.clear(); (void)now;",
    ),
    Fault(
        "tells nobody that the store lost a REGISTER",
        ENGINE + "registration_desk.cpp",
        "    registrar::undo(at->outcome, core_.directory);\n",
        "",
    ),
    Fault(
        "lets phones of somebody join who does not want the call",
        ENGINE + "call_waking.cpp",
        "call.refusal == 0 && rings_at(call, device.row.user_id)",
        "rings_at(call, device.row.user_id)",
    ),
    Fault(
        "answers 500 though a last route leads to a user",
        ENGINE + "call_hops.cpp",
        "return has_next_hop(call) || call.awaits_hops || (call.out && call.out->end);",
        "return has_next_hop(call) || call.awaits_hops;",
    ),
    Fault(
        "gives all of the breadth to the first who is asked",
        ENGINE + "call_fork.cpp",
        "if (goes_on) return std::max(left / 8, 1U);",
        "if (goes_on) return left;",
    ),
    Fault(
        "ignores Expires of the INVITE",
        ENGINE + "call_timers.cpp",
        "if (due(call.expires_at, now) && !call.over()) {",
        "if (due(call.expires_at, now) && call.over()) {",
    ),
    Fault(
        "does not let sleeping phones join a call that rings",
        ENGINE + "call_waking.cpp",
        "    if (!call || call->over()) continue;\n",
        "    if (!call || call->over() || call->any_provisional) continue;\n",
    ),
    Fault(
        "rings a phone again that has declined",
        ENGINE + "call_waking.cpp",
        "  if (wake::has_call(leg.row.state) || wake::is_settled(leg.row.state)) return;\n"
        "  const registrar::DeviceEntry* device",
        "  const registrar::DeviceEntry* device",
    ),
    Fault(
        "takes an INVITE that is repeated after a crash for another call",
        ENGINE + "call_arrival.cpp",
        "if (ended_at_restart(entry)) return",
        "if (false && ended_at_restart(entry)) return",
    ),
    Fault(
        "lets the push parameters of a phone leave",
        ENGINE + "forwarding.cpp",
        "  sip::remove_push(edit, request);\n",
        "",
    ),
    Fault(
        "pushes however often it did before",
        ENGINE + "call_arrival.cpp",
        "if (!used_up) return true;",
        "if (!used_up || call.row.id > 0) return true;",
    ),
    Fault(
        "does not deliver what a phone was woken for inside a dialog",
        ENGINE + "dialog_waking.cpp",
        "    deliver(server, relay, *contact);\n",
        "",
    ),
    Fault(
        "believes a push service about a token that was registered since",
        ENGINE + "push_news.cpp",
        "if (done.outcome == PushOutcome::dead && !newer) {",
        "if (done.outcome == PushOutcome::dead && (newer || !newer)) {",
    ),
]
