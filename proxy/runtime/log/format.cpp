#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "proxy/runtime/log/escape.hpp"
#include "proxy/runtime/log/log.hpp"

namespace proxy::runtime::log {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warn", "error"};

std::string text_line(const Report& report, sip::WallTime now, std::uint64_t suppressed) {
  std::string line = timestamp(now);
  line += ' ';
  line += to_string(report.level);
  line += ' ';
  line += report.event;
  for (const auto& [key, value] : report.fields) {
    line += ' ';
    line += key;
    line += '=';
    line += text_value(value);
  }
  if (suppressed > 0) line += " suppressed=" + std::to_string(suppressed);
  line += '\n';
  return line;
}

std::string json_line(const Report& report, sip::WallTime now, std::uint64_t suppressed) {
  nlohmann::ordered_json line;
  line["time"] = timestamp(now);
  line["level"] = to_string(report.level);
  line["event"] = report.event;
  for (const auto& [key, value] : report.fields) line[std::string{key}] = printable(value);
  if (suppressed > 0) line["suppressed"] = suppressed;
  return line.dump() + '\n';
}

}  // namespace

std::string_view to_string(Level level) { return level_names.at(static_cast<std::size_t>(level)); }

std::optional<Level> parse_level(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names.at(i) == name) return static_cast<Level>(i);
  return std::nullopt;
}

std::string timestamp(sip::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::string format_line(Format format, const Report& report, sip::WallTime now,
                        std::uint64_t suppressed) {
  return format == Format::json ? json_line(report, now, suppressed)
                                : text_line(report, now, suppressed);
}

}  // namespace proxy::runtime::log
