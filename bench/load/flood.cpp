#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <string>
#include <thread>

#include "bench/load/run.hpp"

// One source sends as fast as it is told to, and another asks for OPTIONS meanwhile: what does the
// flood take from it?

namespace bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch = 64;

std::string common(const Options& options, std::string_view method, std::string_view via,
                   std::string_view id) {
  const std::string number{id};
  const std::string name{method};
  const bool probe = method == "OPTIONS";
  std::string text = name + " sip:" + options.domain + " SIP/2.0\r\nVia: SIP/2.0/UDP ";
  text.append(via).append(";rport;branch=z9hG4bK").append(number);
  text += "\r\nMax-Forwards: 70\r\nFrom: <sip:" + std::string{probe ? "probe" : "u000001"} + "@" +
          options.domain + ">;tag=" + number + "\r\nTo: <sip:u000001@" + options.domain +
          ">\r\nCall-ID: " + number + "@flood\r\nCSeq: 1 " + name +
          "\r\nUser-Agent: " + options.user_agent + "\r\nContact: <sip:u000001@";
  return text.append(via).append(">\r\nContent-Length: 0\r\n\r\n");
}

/// REGISTERs without credentials, each a new one, evenly spread over each second.
class Flood {
 public:
  explicit Flood(const Options& options)
      : options_{options}, socket_{options.device_ip, options.device_port, options.target} {
    thread_ = std::thread{[this] { send(); }};
  }
  ~Flood() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Flood(const Flood&) = delete;

  bool done() const { return stop_; }
  std::uint64_t sent() const { return sent_; }

 private:
  void send() {
    const Time begin = Clock::now();
    const Time end = begin + std::chrono::duration_cast<Clock::duration>(options_.flood_time);
    while (!stop_ && Clock::now() < end) {
      const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
      const auto due = static_cast<std::uint64_t>(passed * options_.flood_rate);
      if (due <= sent_)
        std::this_thread::sleep_for(200us);
      else
        send_batch(std::min<std::size_t>(batch, due - sent_));
    }
    stop_ = true;
  }
  void send_batch(std::size_t count) {
    std::array<std::string, batch> texts;
    std::array<iovec, batch> pieces{};
    std::array<mmsghdr, batch> messages{};
    for (std::size_t i = 0; i < count; ++i) {
      texts[i] = common(options_, "REGISTER", socket_.local(), "f" + std::to_string(sent_ + i));
      pieces[i] = {texts[i].data(), texts[i].size()};
      messages[i].msg_hdr.msg_iov = &pieces[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int went =
        ::sendmmsg(socket_.descriptor(), messages.data(), static_cast<unsigned>(count), 0);
    if (went > 0) sent_ += static_cast<std::uint64_t>(went);
  }

  const Options& options_;
  Socket socket_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// OPTIONS that are never repeated: what gets no answer is lost.
class Probes {
 public:
  Probes(const Options& options, Wire& wire)
      : options_{options},
        socket_{wire.open(options.caller_ip, options.caller_port, options.target,
                          [this](Socket& from, std::string bytes) {
                            const auto message = sip::Message::parse(std::move(bytes));
                            if (message) on_answer(*message, from.arrived());
                          })} {}

  void send() {
    const auto id = "p" + std::to_string(++sent_);
    open_[id + "@flood"] = Clock::now();
    socket_.send(common(options_, "OPTIONS", socket_.local(), id));
  }
  std::uint64_t sent() const { return sent_; }
  std::size_t open() const { return open_.size(); }
  const std::vector<double>& latency_ms() const { return latency_ms_; }

 private:
  void on_answer(const sip::Message& answer, Time arrived) {
    const auto found = open_.find(std::string{answer.value(sip::HeaderName::call_id)});
    if (answer.is_request() || answer.status() != 200 || found == open_.end()) return;
    latency_ms_.push_back(ms_between(found->second, arrived));
    open_.erase(found);
  }

  const Options& options_;
  Socket& socket_;
  std::map<std::string, Time> open_;
  std::vector<double> latency_ms_;
  std::uint64_t sent_{0};
};

}  // namespace

nlohmann::ordered_json run_flood(Run& run, const Options& options) {
  Wire wire;
  Probes probes{options, wire};
  const auto before = run.read(Memory::read);
  const Time begin = Clock::now();
  const auto every =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{1 / options.rate});
  std::uint64_t flooded = 0;
  {
    const Flood flood{options};
    for (Time next = begin; !flood.done(); wire.poll(1ms)) {
      for (; next <= Clock::now(); next += every) probes.send();
    }
    flooded = flood.sent();
  }
  const Time finished = Clock::now();
  while (probes.open() > 0 && Clock::now() - finished < options.timeout) wire.poll(10ms);
  auto out = run.result(before, finished);
  const double elapsed = std::chrono::duration<double>(finished - begin).count();
  nlohmann::ordered_json figures;
  figures["mode"] = "flood";
  figures["flooded"] = flooded;
  figures["flood_rate"] = std::round(static_cast<double>(flooded) / elapsed);
  figures["probes"] = probes.sent();
  figures["failed"] = probes.open();
  figures["p50_ms"] = percentile(probes.latency_ms(), 0.5);
  figures["p99_ms"] = percentile(probes.latency_ms(), 0.99);
  figures["max_ms"] = percentile(probes.latency_ms(), 1);
  for (const auto* name : {"elapsed_s", "server_cpu_ms", "pss_kb_before", "pss_kb_after"})
    if (out.contains(name)) figures[name] = out[name];
  return figures;
}

}  // namespace bench
