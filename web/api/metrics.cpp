#include "web/api/metrics.hpp"

#include <array>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "web/api/push_figures.hpp"

namespace web::api {
namespace {

using proxy::view::Counters;

std::string number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}
std::string number(std::uint64_t value) { return std::to_string(value); }

/// Writes families one after another, each with its HELP and TYPE.
class Exposition {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    text_.append(name).append(" ").append(type).append("\n");
  }
  template <class Number>
  void sample(Labels labels, Number value, std::string_view suffix = "") {
    text_.append(name_).append(suffix);
    char before = '{';
    for (const auto& [key, label] : labels) {
      text_ += std::exchange(before, ',');
      text_.append(key).append("=\"").append(escape_label(label)).append("\"");
    }
    if (labels.size() != 0) text_ += '}';
    text_.append(" ").append(number(value)).append("\n");
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "gauge", help);
    sample({}, value);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "counter", help);
    sample({}, value);
  }
  void histogram(std::string_view name, std::string_view help, const Counters::Histogram& from) {
    family(name, "histogram", help);
    for (std::size_t i = 0; i < from.le.size(); ++i) {
      const auto bound = number(static_cast<double>(Counters::bounds_ms[i]) / 1000);
      sample({{"le", bound}}, from.le[i], "_bucket");
    }
    sample({{"le", "+Inf"}}, from.count, "_bucket");
    sample({}, static_cast<double>(from.sum_ms) / 1000, "_sum");
    sample({}, from.count, "_count");
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void write_sip(Exposition& out, const Counters& c) {
  out.family("sipwake_sip_messages_total", "counter", "SIP messages received and sent.");
  out.sample({{"direction", "in"}}, c.messages_in);
  out.sample({{"direction", "out"}}, c.messages_out);
  out.counter("sipwake_sip_requests_total", "SIP requests received.", c.requests);
  out.counter("sipwake_sip_responses_total", "SIP responses received.", c.responses);
  out.counter("sipwake_sip_malformed_total", "SIP messages that could not be read.", c.malformed);
  out.counter("sipwake_sip_dropped_total", "SIP messages dropped without an answer.", c.dropped);
  out.counter("sipwake_overload_total", "Requests refused because a limit was reached.",
              c.overload);
  out.family("sipwake_registers_total", "counter", "REGISTER requests by outcome.");
  out.sample({{"outcome", "ok"}}, c.registers_ok);
  out.sample({{"outcome", "challenged"}}, c.registers_challenged);
  out.sample({{"outcome", "refused"}}, c.registers_refused);
  out.gauge("sipwake_transactions", "SIP transactions in memory.", c.transactions);
}

void write_abuse(Exposition& out, const Counters& c) {
  out.family("sipwake_refused_total", "counter", "What was not listened to, by reason.");
  out.sample({{"reason", "banned"}}, c.refused_banned);
  out.sample({{"reason", "messages"}}, c.refused_messages);
  out.sample({{"reason", "requests"}}, c.refused_requests);
  out.sample({{"reason", "scanner"}}, c.refused_scanners);
  out.sample({{"reason", "amplification"}}, c.refused_amplifying);
  out.counter("sipwake_failed_logins_total", "Wrong passwords and unknown users.", c.failed_logins);
  out.counter("sipwake_bans_total", "Bans set.", c.bans_set);
  out.gauge("sipwake_bans", "Bans that hold now.", c.bans);
}

void write_calls(Exposition& out, const Counters& c) {
  out.family("sipwake_calls_total", "counter", "Ended calls by outcome.");
  out.sample({{"outcome", "answered"}}, c.calls_answered);
  out.sample({{"outcome", "missed"}}, c.calls_missed);
  out.sample({{"outcome", "declined"}}, c.calls_declined);
  out.sample({{"outcome", "failed"}}, c.calls_failed);
  out.gauge("sipwake_held_calls", "Calls held for a sleeping device.", c.held_calls);
  out.gauge("sipwake_ringing_calls", "Calls that ring.", c.ringing_calls);
  out.gauge("sipwake_active_calls", "Answered calls that go on.", c.active_calls);
  out.family("sipwake_late_calls_total", "counter",
             "Late calls by how the call had ended and what came of it.");
  out.sample({{"end", "answered"}, {"outcome", "done"}}, c.late_answered_done);
  out.sample({{"end", "answered"}, {"outcome", "failed"}}, c.late_answered_failed);
  out.sample({{"end", "missed"}, {"outcome", "done"}}, c.late_missed_done);
  out.sample({{"end", "missed"}, {"outcome", "failed"}}, c.late_missed_failed);
}

void write_push(Exposition& out, const Status& status) {
  const auto& c = status.counters;
  out.family("sipwake_push_total", "counter", "Pushes by provider and outcome.");
  for (const auto& one : push_figures(status.providers)) {
    out.sample({{"provider", one.provider}, {"outcome", "accepted"}}, one.accepted);
    out.sample({{"provider", one.provider}, {"outcome", "refused"}}, one.refused);
    out.sample({{"provider", one.provider}, {"outcome", "dead"}}, one.dead);
    out.sample({{"provider", one.provider}, {"outcome", "failed"}}, one.failed);
  }
  out.counter("sipwake_push_withheld_total", "Pushes that a budget did not let go out.",
              c.pushes_withheld);
  out.histogram("sipwake_push_seconds", "From handing a push over to the service's answer.",
                c.push_ms);
  out.histogram("sipwake_wake_seconds", "From the push to the device's REGISTER.", c.wake_ms);
}

void write_capture(Exposition& out, const proxy::view::Captured& captured) {
  out.family("sipwake_capture_total", "counter", "Copies for the capture server by outcome.");
  out.sample({{"outcome", "sent"}}, captured.sent);
  out.sample({{"outcome", "dropped"}}, captured.dropped);
  out.counter("sipwake_capture_cut_total", "Copies sent without the end of a long message.",
              captured.cut);
}

void write_process(Exposition& out, const Status& status, const ProcessFigures& process) {
  out.family("sipwake_build_info", "gauge", "Always 1; the version is a label.");
  out.sample({{"version", status.version}}, std::uint64_t{1});
  out.gauge("sipwake_uptime_seconds", "Seconds since the start.",
            static_cast<std::uint64_t>(status.uptime_s));
  out.gauge("sipwake_store_bytes", "Size of the database and its write-ahead log.",
            process.store_bytes);
  out.family("process_cpu_seconds_total", "counter", "CPU time used, user and system.");
  out.sample({}, process.cpu_seconds);
  out.family("process_start_time_seconds", "gauge", "Start of the process, seconds since 1970.");
  out.sample({}, process.start_time);
  out.gauge("process_resident_memory_bytes", "Memory in use.", process.resident_bytes);
  out.gauge("process_open_fds", "Open file descriptors.", process.open_files);
}

}  // namespace

std::string escape_label(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || c == '"') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string metrics_text(const Metrics& metrics) {
  const auto& counters = metrics.status.counters;
  Exposition out;
  write_sip(out, counters);
  write_abuse(out, counters);
  out.gauge("sipwake_users", "Users.", counters.users);
  out.gauge("sipwake_devices", "Devices known.", counters.devices);
  out.gauge("sipwake_registrations", "Contacts registered now.", counters.registrations);
  write_calls(out, counters);
  write_push(out, metrics.status);
  write_capture(out, metrics.status.captured);
  write_process(out, metrics.status, metrics.process);
  return std::move(out).take();
}

}  // namespace web::api
