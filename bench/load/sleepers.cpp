#include "bench/load/sleepers.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sipstack/message/cseq.hpp"
#include "sipstack/message/name_addr.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;

constexpr unsigned short_life = 1;  ///< seconds that a binding lives whose phone is to be away
constexpr unsigned long_life = 3600;
constexpr std::string_view answered_elsewhere =
    "SIP;cause=200;text=\"Call completed elsewhere\"";  // as a PBX ends its ring groups

std::string_view name_of(Asleep how) {
  switch (how) {
    case Asleep::mute:
      return "mute";
    case Asleep::moved:
      return "moved";
    case Asleep::gone:
      return "gone";
    default:
      return "expired";
  }
}

}  // namespace

const Ring* Sleeper::taken() const {
  const auto found = std::ranges::find_if(phone.rings(), &Ring::taken);
  return found == phone.rings().end() ? nullptr : &*found;
}

Sleepers::Sleepers(Run& run, const Options& options, Pushes& pushes)
    : run_{run}, options_{options}, random_{options.seed} {
  for (unsigned i = 0; i < options.count; ++i) {
    Sleeper& s = all_.emplace_back(run.agenda(), options.first + i);
    s.how = options.asleep == Asleep::mixed
                ? static_cast<Asleep>(i % static_cast<unsigned>(Asleep::mixed))
                : options.asleep;
    if (random_() % 2 == 0) s.reason = answered_elsewhere;
  }
  run.on_response([this](const sip::Message& m, const Socket& socket) { hear(m, socket); });
  pushes.deliver_by(run.wire(), [this](const app::demo::PushSeen& push) {
    const auto found = by_call_id_.find(push.call_id);
    if (found == by_call_id_.end()) return;
    ++pushed_;
    found->second->pushed_at = Clock::now();
  });
}

std::string Sleepers::contact_params(unsigned user) const {
  return ";pn-provider=webhook;pn-param=app;pn-prid=tok-" + user_name(user);
}

void Sleepers::register_phone(Sleeper& s, unsigned expires, bool reuse_nonce,
                              std::function<void(const Operation&)> then) {
  const std::string params = contact_params(s.user);
  Operation& op = run_.caller().reg(s.user, *s.socket, {params, expires, reuse_nonce});
  op.then = [&s, then = std::move(then)](const Operation& ended, bool ok) {
    if (!ok) s.faults.emplace_back("REGISTER failed");
    then(ended);
  };
}

Socket& Sleepers::open_socket(Sleeper& s, const std::string& ip) {
  return run_.open_device(ip, 0, [&s](const sip::Message& request, Socket& socket) {
    s.phone.on_request(request, socket);
  });
}

void Sleepers::put_to_sleep() {
  run_.drive(options_.count, 40, 0, [this](unsigned i) {
    Sleeper& s = all_[i];
    s.socket = &open_socket(s, options_.device_ip);
    register_phone(s, s.how == Asleep::expired ? short_life : long_life, false,
                   [](const Operation&) {});
  });
  if (run_.caller().tally().failed > 0)
    throw std::runtime_error{"registrations failed: are the users there, and min_expires 1s?"};
  run_.caller().tally() = {};
  run_.idle(std::chrono::duration<double>{short_life + 0.5});
  for (Sleeper& s : all_)
    if (s.how == Asleep::gone) run_.wire().close(*std::exchange(s.socket, nullptr));
}

void Sleepers::call(Sleeper& s) {
  const unsigned caller = options_.first + (s.user - options_.first + 1) % options_.count;
  Operation& op = run_.caller().call(caller, s.user, run_.caller_socket());
  op.dead_at = Time::max();
  s.call_id = op.call_id;
  by_call_id_[s.call_id] = &s;
}

void Sleepers::hold_all(unsigned window, std::size_t enough_pushes) {
  std::size_t begun = 0;
  const bool held = run_.until(
      [&] {
        const auto in_time = [&](std::size_t i) { return i < begun && all_[i].is_held(); };
        while (begun < all_.size() && (begun < window || in_time(begun - window)))
          call(all_[begun++]);
        if (pushed_ >= enough_pushes) return true;
        return begun == all_.size() && std::ranges::all_of(all_, &Sleeper::is_held);
      },
      60s);
  if (!held) throw std::runtime_error{"not every call is held: is the webhook reached?"};
}

void Sleepers::cancel(Sleeper& s) {
  Operation* op = run_.caller().find(s.call_id);
  if (!op) return;
  s.caller.cancel_sent_at = Clock::now();
  run_.caller().cancel(*op, s.reason);
}

void Sleepers::open_eyes(Sleeper& s) {
  // Not where phones slept: the system would give it a port that one of those has left.
  if (s.how == Asleep::moved || s.how == Asleep::gone)
    s.socket = &open_socket(s, options_.caller_ip);
  s.phone.wake(*s.socket);
}

void Sleepers::wake(Sleeper& s) {
  open_eyes(s);
  come(s);
}

void Sleepers::come(Sleeper& s) {
  s.registered_at = Clock::now();
  register_phone(s, long_life, true, [this, &s](const Operation& op) {
    s.register_ok_at = op.socket->arrived();
    if (op.challenges > 0) s.registered_at = run_.caller().authorised_at(s.user);
  });
}

Clock::duration Sleepers::wake_at_one_instant() {
  for (Sleeper& s : all_) {
    open_eyes(s);
    s.socket->hold();
    come(s);
  }
  const Time begin = Clock::now();
  for (Sleeper& s : all_) {
    s.registered_at = Clock::now();
    s.socket->release();
  }
  return Clock::now() - begin;
}

void Sleepers::fence(Sleeper& s) {
  register_phone(s, long_life, true, [this, &s](const Operation&) {
    Operation& ping = run_.caller().ping(s.user, *s.socket);
    ping.then = [&s](const Operation&, bool ok) {
      s.fenced = true;
      if (!ok) s.faults.emplace_back("OPTIONS failed");
    };
  });
}

void Sleepers::see_out(std::chrono::duration<double> time) {
  const auto served = [this] { return std::ranges::all_of(all_, &Sleeper::is_served); };
  if (!run_.until(served, time))
    for (Sleeper& s : all_)
      if (!s.is_served()) s.faults.emplace_back("not served in time");
  for (Sleeper& s : all_) fence(s);
  run_.until([this] { return std::ranges::all_of(all_, &Sleeper::fenced); }, time);
  run_.until(served, time);
}

void Sleepers::hear(const sip::Message& response, const Socket& socket) {
  const auto found = by_call_id_.find(std::string{response.value(HeaderName::call_id)});
  const auto cseq = sip::CSeqView::parse(response.value(HeaderName::cseq));
  if (found == by_call_id_.end() || !cseq) return;
  CallerSaw& saw = found->second->caller;
  const int status = response.status();
  if (cseq->method == "CANCEL") {
    if (status == 200 && saw.cancel_ok_at == Time{}) saw.cancel_ok_at = socket.arrived();
    return;
  }
  if (cseq->method != "INVITE" || status == 100 || status == 407) return;
  const std::string_view tag = sip::tag_of(response.value(HeaderName::to));
  if (status < 200) {
    if (saw.provisional_at == Time{}) saw.provisional_at = socket.arrived();
    if (tag.starts_with('d') && saw.phone_rang_at == Time{}) saw.phone_rang_at = socket.arrived();
    return;
  }
  if (saw.finals > 0 && status == saw.final && tag == saw.final_tag) return;
  if (saw.finals++ > 0) return;
  saw.final = status;
  saw.final_tag = tag;
  saw.final_at = socket.arrived();
}

void Sleepers::judge(Sleeper& s) {
  auto faults = s.faults;
  const auto fault = [&faults](bool found, std::string what) {
    if (found) faults.push_back(std::move(what));
  };
  const auto& rings = s.phone.rings();
  const auto taken = std::ranges::count_if(rings, &Ring::taken);
  fault(taken == 0 && s.expected, "no call came");
  fault(taken > 1, "more than one call came");
  fault(s.phone.strays() > 0, "a request out of place");
  fault(s.caller.finals > 1, "the caller got more than one final response");
  for (const Ring& r : rings) {
    fault(!r.acked, "no ACK");
    fault(r.call_id != s.call_id, "another Call-ID");
    if (!r.taken()) continue;
    fault(!r.cancelled, "no CANCEL");
    fault(r.cancelled_unheard, "CANCEL before any response");
    fault(r.cancelled && r.reason != s.reason, "another Reason");
  }
  if (!faults.empty()) ++failed_;
  for (const auto& what : faults) ++faults_[std::string{name_of(s.how)} + ": " + what];
  if (taken != std::ssize(rings)) ++outcomes_["second INVITE refused with 482"];
  const Ring* ring = s.taken();
  std::string outcome = ring ? "late call" : "none";
  if (ring && ring->kind == Ring::Kind::real)
    outcome = s.caller.phone_rang_at != Time{} ? "real call, rang before the end"
                                               : "real call, cancelled when it was heard";
  ++outcomes_[outcome];
}

void Sleepers::report(nlohmann::ordered_json& out) const {
  out["count"] = all_.size();
  out["ok"] = all_.size() - failed_;
  out["failed"] = failed_;
  out["faults"] = faults_;
  out["outcomes"] = outcomes_;
  unsigned repeated = 0;
  for (const Sleeper& s : all_) repeated += s.phone.repeated();
  out["invites_repeated"] = repeated;
  out["requests_resent"] = run_.caller().tally().resent;
}

void report_times(nlohmann::ordered_json& out, const std::string& name,
                  const std::vector<double>& ms) {
  out[name + "_p50_ms"] = percentile(ms, 0.5);
  out[name + "_p99_ms"] = percentile(ms, 0.99);
  out[name + "_max_ms"] = percentile(ms, 1);
}

}  // namespace bench
