#include "proxy/core/record/timeline.hpp"

#include <array>
#include <chrono>
#include <cstddef>

namespace proxy::record {
namespace {

constexpr std::array<std::string_view, 36> steps{"invite",
                                                 "held",
                                                 "push_asked",
                                                 "push_accepted",
                                                 "push_refused",
                                                 "push_failed",
                                                 "push_not_durable",
                                                 "push_dropped",
                                                 "registered",
                                                 "keep_alive",
                                                 "branch",
                                                 "branch_failed",
                                                 "superseded",
                                                 "provisional",
                                                 "answered",
                                                 "declined",
                                                 "failed",
                                                 "cancelled",
                                                 "branch_cancelled",
                                                 "replied",
                                                 "ended",
                                                 "late_invite",
                                                 "late_response",
                                                 "late_cancel",
                                                 "late_done",
                                                 "late_failed",
                                                 "restarted",
                                                 "gone",
                                                 "unregistered",
                                                 "coalesced",
                                                 "passed_over",
                                                 "missed_notice_sent",
                                                 "missed_notice_failed",
                                                 "push_withheld",
                                                 "forwarded",
                                                 "not_forwarded"};
static_assert(steps.size() == static_cast<std::size_t>(Step::not_forwarded) + 1);

constexpr char version = 1;

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(0x80 | (value & 0x7f)));
  out.push_back(static_cast<char>(value));
}

/// Takes bytes off the front of a blob nobody vouches for.
class BlobReader {
 public:
  explicit BlobReader(std::string_view rest) : rest_(rest) {}

  bool done() const { return rest_.empty(); }

  std::optional<std::uint8_t> byte() {
    if (rest_.empty()) return std::nullopt;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto next = byte();
      if (!next) return std::nullopt;
      const std::uint64_t bits = *next & 0x7fU;
      if (shift == 63 && bits > 1) return std::nullopt;
      value |= bits << shift;
      if ((*next & 0x80U) == 0) return value;
    }
    return std::nullopt;
  }

  std::optional<std::string_view> bytes(std::uint64_t count) {
    if (count > rest_.size()) return std::nullopt;
    const auto taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view rest_;
};

std::uint64_t milliseconds(sip::WallTime at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

/// `milliseconds` on entry: time of the entry before; on return: of this one.
std::optional<Entry> read_entry(BlobReader& blob, std::uint64_t& milliseconds) {
  const auto passed = blob.varint();
  const auto what = blob.byte();
  const auto device = blob.varint();
  const auto length = blob.varint();
  if (!passed || !what || *what >= steps.size() || !device || !length) return std::nullopt;
  const auto detail = blob.bytes(*length);
  if (!detail) return std::nullopt;
  milliseconds += *passed;
  const std::chrono::milliseconds since_epoch{static_cast<std::int64_t>(milliseconds)};
  return Entry{sip::WallTime{since_epoch}, static_cast<Step>(*what),
               static_cast<std::int64_t>(*device), std::string{*detail}};
}

}  // namespace

std::string_view to_string(Step step) { return steps.at(static_cast<std::size_t>(step)); }

std::string encode(const Timeline& timeline) {
  std::string out(1, version);
  std::uint64_t before = 0;
  for (const auto& entry : timeline) {
    // A wall clock may be set back: the difference then wraps, and decode() wraps it back.
    const auto now = milliseconds(entry.at);
    put_varint(out, now - before);
    before = now;
    out.push_back(static_cast<char>(entry.what));
    put_varint(out, static_cast<std::uint64_t>(entry.device));
    put_varint(out, entry.detail.size());
    out += entry.detail;
  }
  return out;
}

std::optional<Timeline> decode(std::string_view blob) {
  BlobReader reader(blob);
  if (reader.byte() != static_cast<std::uint8_t>(version)) return std::nullopt;
  Timeline timeline;
  std::uint64_t milliseconds = 0;
  while (!reader.done()) {
    auto entry = read_entry(reader, milliseconds);
    if (!entry) return std::nullopt;
    timeline.push_back(*std::move(entry));
  }
  return timeline;
}

}  // namespace proxy::record
