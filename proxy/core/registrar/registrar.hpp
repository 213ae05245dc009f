#pragma once
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "proxy/core/registrar/directory.hpp"
#include "proxy/core/registrar/register_request.hpp"

namespace proxy::registrar {

/// What a REGISTER changed: in memory at once, in the store when its rows are committed.
struct Outcome {
  std::optional<Refusal> refusal;
  std::vector<record::Change> rows;
  std::vector<DeviceId> came;  ///< devices that have a fresh contact now
  std::vector<DeviceId> went;  ///< devices that un-registered and are forgotten
  /// Devices whose token now belongs to another one of the same user: from, to.
  std::vector<std::pair<DeviceId, DeviceId>> moved;
  /// What the touched devices were before, for undo() when the commit fails.
  std::vector<std::pair<DeviceId, std::optional<DeviceEntry>>> before;
};

/// Carries a REGISTER of this user out (RFC 3261 section 10.3 steps 6 and 7). All or nothing.
Outcome carry_out(const RegisterRequest& request, const sip::Flow& flow, UserEntry& user,
                  Directory& directory, const Settings& settings, sip::Instant now);

/// Puts back what the outcome changed.
void undo(Outcome& outcome, Directory& directory);

/// More parameters for a Contact of the 200.
using MoreParams = std::function<std::string(const DeviceEntry&, const Contact&)>;

/// The Contact values of the 200: every contact of the user with the seconds it has left. Whoever
/// asks over `flow` sees the push coordinates of that flow's contacts alone.
std::vector<std::string> contact_list(const UserEntry& user, const Directory& directory,
                                      sip::TimePoint now, const sip::Flow& flow,
                                      const MoreParams& more = {});

}  // namespace proxy::registrar
