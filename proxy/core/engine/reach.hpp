#pragma once
#include "proxy/core/late_call/attempt.hpp"
#include "proxy/core/wake/leg.hpp"
#include "sipstack/transaction/layer.hpp"

namespace proxy {

/// Which rows of the tables the engine has gone through: what a test workload has reached, and what
/// it has not. Valid while the engine lives.
struct Reach {
  const wake::LegUses& legs;
  const late_call::AttemptUses& attempts;
  const sip::transaction::Layer& transactions;  ///< row_uses()
};

}  // namespace proxy
