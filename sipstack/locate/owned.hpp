#pragma once
#include <chrono>
#include <vector>

#include "sipstack/locate/record.hpp"

namespace sip::locate {

/// What of an answer belongs to its question: records of the asked kind under the asked name, or
/// under the name its CNAME chain leads to. A chain that loops or is too long leads nowhere.
struct Owned {
  std::vector<Record> records;
  std::chrono::seconds ttl{0};  ///< the shortest of them and of the chain
};
Owned owned(const Question& question, const Answer& answer);

/// RFC 2181 section 8: what is negative or has the top bit set is 0.
std::chrono::seconds sane_ttl(std::chrono::seconds ttl);

}  // namespace sip::locate
