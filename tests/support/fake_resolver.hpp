#pragma once
#include <chrono>
#include <map>

#include "sipstack/base/time.hpp"
#include "sipstack/locate/record.hpp"

namespace test {

/// Name servers as a table, that answer late, twice or never when told to.
class FakeResolver {
 public:
  sip::Duration delay{0};
  int times{1};
  bool silent{false};

  void add(const sip::locate::Question& question, sip::locate::Record record) {
    answers_[question].records.push_back(std::move(record));
  }
  void forget() { answers_.clear(); }
  /// Every question fails like this from now on; `none`: the table holds again.
  void fail(sip::locate::Failure failure) { failure_ = failure; }

  sip::locate::Answer answer(const sip::locate::Question& question) const {
    if (failure_ != sip::locate::Failure::none) return {{}, failure_};
    const auto at = answers_.find(question);
    return at == answers_.end() ? sip::locate::Answer{{}, sip::locate::Failure::no_name}
                                : at->second;
  }

 private:
  std::map<sip::locate::Question, sip::locate::Answer> answers_;
  sip::locate::Failure failure_{sip::locate::Failure::none};
};

}  // namespace test
