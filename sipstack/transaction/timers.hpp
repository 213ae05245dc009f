#pragma once
#include "sipstack/base/time.hpp"

namespace sip::transaction {

/// RFC 3261 Table 4. Passed in, never global: two stacks in one test may differ.
struct TimerSettings {
  Duration t1{500};
  Duration t2{4'000};
  Duration t4{5'000};
};

}  // namespace sip::transaction
