#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sipstack/base/time.hpp"

namespace test {

/// What happened in a run, in order: the material for failure reports and for invariants.
struct TraceEntry {
  enum class Kind : std::uint8_t {
    to_server,    ///< bytes from a party reached the engine
    from_server,  ///< bytes from the engine reached a party
    lost_to_server,
    lost_to_party,
    push,
    note,  ///< report, commit, crash, flow opened or closed
  };
  sip::Duration at{};     ///< since the start of the run
  sip::Duration asked{};  ///< when the engine gave it out; earlier than `at` if it was parked
  Kind kind{Kind::note};
  std::string party;
  int line{0};        ///< number of the party's line, from 1
  std::string bytes;  ///< whole message, or the text of a note
};

/// "  7.000s  < bob#1  INVITE sip:bob@... (from alice, 1 INVITE)"
std::string to_string(const TraceEntry& entry);

class Trace {
 public:
  void add(TraceEntry entry) {
    if (recording_) entries_.push_back(std::move(entry));
  }
  /// A long run that nobody will read keeps nothing.
  void record(bool on) { recording_ = on; }
  bool recording() const { return recording_; }
  const std::vector<TraceEntry>& entries() const { return entries_; }
  /// The whole run as text, one line an entry.
  std::string text() const;

 private:
  std::vector<TraceEntry> entries_;
  bool recording_{true};
};

/// "INVITE sip:bob@example.com" or "200 OK", with the CSeq and the Reason when there is one.
std::string summary(const std::string& bytes);
/// Seconds with three decimals: "7.250s".
std::string seconds(sip::Duration duration);

}  // namespace test
