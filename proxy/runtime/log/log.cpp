#include "proxy/runtime/log/log.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace proxy::runtime::log {
namespace {

constexpr std::size_t buffer_max = 65'536;
constexpr std::chrono::seconds quiet{1};

sip::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

std::optional<std::uint64_t> RateGuard::pass(std::string_view event, sip::WallTime now) {
  const auto at = seen_.find(event);
  if (at == seen_.end()) {
    seen_.emplace(event, Seen{now, 0});
    return 0;
  }
  auto& seen = at->second;
  // A clock that was set back must not silence the line until it has caught up.
  if (now >= seen.last && now - seen.last < quiet) {
    ++seen.suppressed;
    return std::nullopt;
  }
  seen.last = now;
  return std::exchange(seen.suppressed, 0);
}

Log::Log(Format format, Level lowest, int descriptor)
    : format_{format}, lowest_{lowest}, descriptor_{descriptor} {}

Log::~Log() { flush(); }

void Log::write(const Report& report, sip::WallTime now) {
  if (!wants(report.level)) return;
  const std::scoped_lock lock{mutex_};
  append(report, now, 0);
}

void Log::write_guarded(const Report& report, sip::WallTime now, std::string_view kind) {
  if (!wants(report.level)) return;
  const std::scoped_lock lock{mutex_};
  const auto name = std::string{report.event}.append(kind);
  if (const auto suppressed = guard_.pass(name, now)) append(report, now, *suppressed);
}

void Log::flush() {
  const std::scoped_lock lock{mutex_};
  write_out();
}

void Log::info(std::string_view event, std::initializer_list<Field> fields) {
  say(Level::info, event, fields);
}
void Log::warn(std::string_view event, std::initializer_list<Field> fields) {
  say(Level::warn, event, fields);
}
void Log::error(std::string_view event, std::initializer_list<Field> fields) {
  say(Level::error, event, fields);
}

void Log::say(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!wants(level)) return;
  const std::scoped_lock lock{mutex_};
  append({level, event, fields}, wall_now(), 0);
  write_out();
}

void Log::append(const Report& report, sip::WallTime now, std::uint64_t suppressed) {
  buffer_ += format_line(format_, report, now, suppressed);
  if (buffer_.size() >= buffer_max) write_out();
}

/// What cannot be written (a closed pipe, a full disk) is given up: a log must not stop calls.
void Log::write_out() {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const auto wrote = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) break;
    done += static_cast<std::size_t>(wrote);
  }
  buffer_.clear();
}

}  // namespace proxy::runtime::log
