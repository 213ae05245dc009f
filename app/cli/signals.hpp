#pragma once
#include <functional>

namespace app::cli {

/// SIGINT, SIGTERM and SIGHUP, taken by waiting for them. Make it before any thread: threads
/// inherit that these do not interrupt them. A peer that closes its end (SIGPIPE) is an error code
/// from then on.
class Signals {
 public:
  Signals();
  Signals(Signals&&) = delete;

  /// Calls `hang_up` at each SIGHUP and returns at SIGINT or SIGTERM; another of these then ends
  /// the process at once.
  void wait_for_end(const std::function<void()>& hang_up) const;
};

}  // namespace app::cli
