#include "web/api/metrics.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <optional>
#include <set>
#include <sstream>

#include "web/api/render.hpp"

namespace web::api {
namespace {

Metrics some_figures() {
  Metrics metrics;
  metrics.status.version = "0.1.0";
  metrics.status.uptime_s = 12;
  auto& c = metrics.status.counters;
  c.messages_in = 3;
  c.messages_out = 4;
  c.registrations = 18'446'744'073'709'551'615U;
  c.held_calls = 2;
  proxy::view::Provider apns;
  apns.provider = "apns";
  apns.dead = 5;
  metrics.status.providers = {apns, apns};
  c.pushes_withheld = 6;
  c.late_missed_done = 6;
  metrics.status.captured = {90, 8, 7};
  c.calls_missed = 7;
  c.wake_ms.le = {0, 1, 2, 3, 4, 5, 6, 7};
  c.wake_ms.count = 8;
  c.wake_ms.sum_ms = 12'345;
  metrics.process = {1.25, 1.7e9, 4096, 17, 8192};
  return metrics;
}

std::set<std::string> lines(const std::string& text) {
  std::set<std::string> out;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) out.insert(line);
  return out;
}

TEST(Metrics, HasTheNamesThatDashboardsRelyOn) {
  const auto text = lines(metrics_text(some_figures()));
  for (const auto* line :
       {"sipwake_sip_messages_total{direction=\"in\"} 3",
        "sipwake_sip_messages_total{direction=\"out\"} 4",
        "sipwake_registrations 18446744073709551615", "sipwake_held_calls 2",
        "sipwake_push_total{provider=\"apns\",outcome=\"dead\"} 10",
        "sipwake_push_total{provider=\"webhook\",outcome=\"accepted\"} 0",
        "sipwake_push_withheld_total 6", "sipwake_capture_total{outcome=\"sent\"} 90",
        "sipwake_capture_total{outcome=\"dropped\"} 8", "sipwake_capture_cut_total 7",
        "sipwake_late_calls_total{end=\"missed\",outcome=\"done\"} 6",
        "sipwake_calls_total{outcome=\"missed\"} 7", "sipwake_build_info{version=\"0.1.0\"} 1",
        "process_cpu_seconds_total 1.25", "process_resident_memory_bytes 4096",
        "process_open_fds 17", "sipwake_store_bytes 8192"})
    EXPECT_TRUE(text.contains(line)) << line;
}

TEST(Metrics, HistogramsAreInSecondsAndEndWithAllOfThem) {
  const auto text = metrics_text(some_figures());
  const std::string expected =
      "# HELP sipwake_wake_seconds From the push to the device's REGISTER.\n"
      "# TYPE sipwake_wake_seconds histogram\n"
      "sipwake_wake_seconds_bucket{le=\"0.05\"} 0\n"
      "sipwake_wake_seconds_bucket{le=\"0.1\"} 1\n"
      "sipwake_wake_seconds_bucket{le=\"0.25\"} 2\n"
      "sipwake_wake_seconds_bucket{le=\"0.5\"} 3\n"
      "sipwake_wake_seconds_bucket{le=\"1\"} 4\n"
      "sipwake_wake_seconds_bucket{le=\"2.5\"} 5\n"
      "sipwake_wake_seconds_bucket{le=\"5\"} 6\n"
      "sipwake_wake_seconds_bucket{le=\"15\"} 7\n"
      "sipwake_wake_seconds_bucket{le=\"+Inf\"} 8\n"
      "sipwake_wake_seconds_sum 12.345\n"
      "sipwake_wake_seconds_count 8\n";
  EXPECT_NE(text.find(expected), std::string::npos) << text;
}

/// A name of lower-case letters and underscores, taken off the front; empty when there is none.
std::string_view take_name(std::string_view& rest) {
  const auto end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
  const auto name = rest.substr(0, end);
  rest.remove_prefix(name.size());
  return name;
}

/// The metric of one sample line, nothing when the line is not of the format.
std::optional<std::string> metric_of(std::string_view line) {
  const auto name = take_name(line);
  for (char before = '{'; line.starts_with(before); before = ',') {
    line.remove_prefix(1);
    if (take_name(line).empty() || !line.starts_with("=\"")) return std::nullopt;
    const auto close = line.find('"', 2);
    if (close == std::string_view::npos) return std::nullopt;
    line.remove_prefix(close + 1);
    if (line.starts_with("} ")) {
      line.remove_prefix(1);
      break;
    }
  }
  if (name.empty() || !line.starts_with(' ')) return std::nullopt;
  double value = 0;
  const auto* const end = line.data() + line.size();
  const auto read = std::from_chars(line.data() + 1, end, value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return std::string{name};
}

TEST(Metrics, EverySampleFollowsTheHelpAndTypeOfItsFamilyOnce) {
  std::set<std::string> seen;
  std::set<std::string> samples;
  std::string family;
  std::istringstream in{metrics_text(some_figures())};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(seen.insert(family).second) << family;
      std::string type;
      ASSERT_TRUE(std::getline(in, type));
      EXPECT_TRUE(type.starts_with("# TYPE " + family + " ")) << type;
      continue;
    }
    const auto metric = metric_of(line);
    ASSERT_TRUE(metric) << line;
    EXPECT_TRUE(metric->starts_with(family)) << line;
    EXPECT_TRUE(samples.insert(line.substr(0, line.rfind(' '))).second) << line;
  }
  EXPECT_GT(seen.size(), 15U);
}

TEST(Metrics, EscapesLabelValues) {
  EXPECT_EQ(escape_label("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
  auto metrics = some_figures();
  metrics.status.version = "1\"} 2\nevil 1";
  const auto text = lines(metrics_text(metrics));
  EXPECT_FALSE(text.contains("evil 1"));
  EXPECT_TRUE(text.contains("sipwake_build_info{version=\"1\\\"} 2\\nevil 1\"} 1"));
}

TEST(Metrics, AreServedAsTheTextExpositionFormat) {
  const auto reply = render(some_figures());
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace
}  // namespace web::api
