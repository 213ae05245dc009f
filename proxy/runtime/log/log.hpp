#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/core/engine/action.hpp"
#include "sipstack/base/time.hpp"

namespace proxy::runtime::log {

enum class Format : std::uint8_t { text, json };

/// Passes one line a second per event name and counts what it held back.
class RateGuard {
 public:
  /// Nothing: hold this line back. Else how many were held back before it.
  std::optional<std::uint64_t> pass(std::string_view event, sip::WallTime now);

 private:
  struct Seen {
    sip::WallTime last{};
    std::uint64_t suppressed{0};
  };
  std::map<std::string, Seen, std::less<>> seen_;
};

/// Writes one line a decision, `time level event key=value ...` or one JSON object. Lines gather
/// until flush(), which writes them at once. May be used from any thread.
class Log {
 public:
  using Field = std::pair<std::string_view, std::string>;

  /// Writes to a descriptor it does not own (2: standard error). Lines below `lowest` are left out.
  Log(Format format, Level lowest, int descriptor);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool wants(Level level) const { return level >= lowest_; }
  void write(const Report& report, sip::WallTime now);
  /// For lines that anybody on the network can provoke: at most one a second per event name and
  /// kind (one of a few texts of ours), the next one says how many were left out (`suppressed=17`).
  void write_guarded(const Report& report, sip::WallTime now, std::string_view kind = {});
  void flush();

  // Lines of the shell itself: written at once, with the time of the call.
  void info(std::string_view event, std::initializer_list<Field> fields = {});
  void warn(std::string_view event, std::initializer_list<Field> fields = {});
  void error(std::string_view event, std::initializer_list<Field> fields = {});

 private:
  void say(Level level, std::string_view event, std::initializer_list<Field> fields);
  void append(const Report& report, sip::WallTime now, std::uint64_t suppressed);
  void write_out();

  const Format format_;
  const Level lowest_;
  const int descriptor_;
  std::mutex mutex_;
  std::string buffer_;
  RateGuard guard_;
};

/// "debug", "info", "warn", "error"; nothing for another word.
std::optional<Level> parse_level(std::string_view name);
std::string_view to_string(Level level);

/// RFC 3339 in UTC with milliseconds: "2026-01-02T03:04:05.678Z".
std::string timestamp(sip::WallTime time);
/// One line with its line feed.
std::string format_line(Format format, const Report& report, sip::WallTime now,
                        std::uint64_t suppressed = 0);

}  // namespace proxy::runtime::log
