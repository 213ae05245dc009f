#include "bench/load/run.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace bench {
namespace {

using namespace std::chrono_literals;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }
/// Three decimals are more than any figure here is worth.
double rounded(double value) { return std::round(value * 1000) / 1000; }
double micros(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

}  // namespace

double ms_between(Time from, Time to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at =
      static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)));
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(at);
  std::ranges::nth_element(values, nth);
  return rounded(*nth);
}

Run::Run(const Options& options)
    : options_{options},
      caller_{options},
      devices_{options},
      caller_socket_{&wire_.open(options.caller_ip, options.caller_port, options.target,
                                 [this](Socket& socket, std::string bytes) {
                                   const auto message = sip::Message::parse(std::move(bytes));
                                   if (message && !message->is_request()) hear(*message, socket);
                                 })} {}

void Run::hear(const sip::Message& response, const Socket& socket) {
  if (tap_) tap_(response, socket);
  caller_.on_response(response);
}

std::vector<Socket*> Run::open_devices(unsigned count, std::uint16_t first_port, Manner manner) {
  std::vector<Socket*> sockets;
  for (unsigned i = 0; i < count; ++i) {
    const auto port = first_port == 0 ? first_port : static_cast<std::uint16_t>(first_port + i);
    sockets.push_back(&open_device(options_.device_ip, port,
                                   [this, manner](const sip::Message& m, Socket& socket) {
                                     devices_.on_request(m, socket, manner);
                                   }));
  }
  return sockets;
}

Socket& Run::open_device(const std::string& ip, std::uint16_t port, OnRequest on_request) {
  return wire_.open(ip, port, options_.target,
                    [this, handle = std::move(on_request)](Socket& socket, std::string bytes) {
                      const auto message = sip::Message::parse(std::move(bytes));
                      if (!message) return;
                      if (message->is_request())
                        handle(*message, socket);
                      else
                        hear(*message, socket);
                    });
}

void Run::step(std::chrono::nanoseconds wait) {
  const auto due =
      std::chrono::nanoseconds{agenda_.next() - std::min(agenda_.next(), Clock::now())};
  wire_.poll(std::min(wait, due));
  const Time now = Clock::now();
  agenda_.run(now);
  caller_.on_timer(now);
  devices_.on_timer(now);
}

void Run::drive(unsigned count, unsigned window, double rate,
                const std::function<void(unsigned)>& start) {
  const Time begin = Clock::now();
  unsigned started = 0;
  while (started < count || caller_.open() > 0) {
    std::size_t room = window > caller_.open() ? window - caller_.open() : 0;
    if (rate > 0) {
      const auto due = static_cast<std::size_t>(seconds(Clock::now() - begin) * rate) + 1;
      room = std::min(room, due > started ? due - started : 0);
    }
    // A few at a time, so that answers do not pile up behind a burst of requests.
    for (room = std::min<std::size_t>(room, 32); room > 0 && started < count; --room)
      start(started++);
    step(started < count && rate > 0 ? 1ms : 5ms);
  }
}

bool Run::until(const std::function<bool()>& done, std::chrono::duration<double> time) {
  const Time end = Clock::now() + std::chrono::duration_cast<Clock::duration>(time);
  while (!done()) {
    if (Clock::now() >= end) return false;
    step(1ms);
  }
  return true;
}

void Run::idle(std::chrono::duration<double> time) {
  until([] { return false; }, time);
}

std::string Run::contact_params(unsigned user) const {
  std::string params = options_.contact_params;
  for (auto at = params.find("%u"); at != params.npos; at = params.find("%u", at))
    params.replace(at, 2, user_name(user));
  return params;
}

void Run::register_all(const std::vector<Socket*>& sockets, Contact contact) {
  const auto before = caller_.tally().failed;
  drive(options_.users, 40, 0, [&](unsigned i) {
    const unsigned user = options_.first + i;
    caller_.reg(user, *sockets[user % sockets.size()],
                contact == Contact::with_push ? contact_params(user) : std::string{});
  });
  const auto failed = caller_.tally().failed - before;
  if (failed > 0)
    throw std::runtime_error{std::to_string(failed) + " of " + std::to_string(options_.users) +
                             " registrations failed: are the users there?"};
  caller_.tally() = {};
  idle(options_.settle);
}

void Run::put_to_sleep() {
  if (options_.contact_params.empty()) return;
  const auto sockets = open_devices(options_.sockets, 0, Manner::answer);
  register_all(sockets, Contact::with_push);
  for (Socket* socket : sockets) wire_.close(*socket);
}

void Run::wake(unsigned user, const std::vector<Socket*>& sockets) {
  caller_.reg(user, *sockets[user % sockets.size()], contact_params(user));
}

Run::Reading Run::read(Memory memory) const {
  Reading reading;
  reading.server = read_usage(options_.pids, memory);
  reading.own = own_cpu();
  reading.at = Clock::now();
  return reading;
}

nlohmann::ordered_json Run::result(const Reading& before, Time finished) {
  const auto own = own_cpu() - before.own;
  idle(options_.after);
  const Usage cpu = read_usage(options_.pids, Memory::skip);
  const Usage memory = read_usage(options_.pids, Memory::read);
  const Tally& tally = caller_.tally();
  const double elapsed = seconds(finished - before.at);
  nlohmann::ordered_json out;
  out["mode"] = name_of(options_.mode);
  out["label"] = options_.label;
  out["ok"] = tally.ok;
  out["failed"] = tally.failed;
  out["timeouts"] = tally.timeouts;
  out["challenges"] = tally.challenges;
  out["resent"] = tally.resent;
  out["elapsed_s"] = rounded(elapsed);
  out["rate"] = rounded(static_cast<double>(tally.ok) / elapsed);
  out["p50_ms"] = percentile(tally.latency_ms, 0.5);
  out["p99_ms"] = percentile(tally.latency_ms, 0.99);
  out["max_ms"] = percentile(tally.latency_ms, 1);
  if (!options_.pids.empty()) {
    const double used = micros(cpu.cpu - before.server.cpu);
    out["server_cpu_us_per_op"] = tally.ok == 0 ? 0 : rounded(used / static_cast<double>(tally.ok));
    out["server_cpu_ms"] = rounded(used / 1000);
    out["server_processes"] = cpu.processes;
    out["pss_kb_before"] = before.server.pss_kb;
    out["pss_kb_after"] = memory.pss_kb;
  }
  out["tool_cpu_s"] = micros(own) / 1e6;
  for (const auto& [status, count] : tally.codes) out["codes"][std::to_string(status)] = count;
  return out;
}

}  // namespace bench
