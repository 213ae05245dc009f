#pragma once
#include "proxy/core/engine/core.hpp"
#include "proxy/core/engine/event.hpp"

namespace proxy {

/// "accepted", "dead: ...", "refused: ..." or "failed: ...", at most 128 bytes.
std::string result_of(const PushDone& done);

/// Keeps with the device what its push service said: when, with which result, that its token is
/// dead, or of which environment it is. `asked`: when the push left. A token is not dead when the
/// phone registered with it after the service saw it die.
void learn_from_push(Core& core, std::int64_t device, const PushDone& done, sip::WallTime asked);

}  // namespace proxy
