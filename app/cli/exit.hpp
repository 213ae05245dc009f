#pragma once
#include <stdexcept>

namespace app::cli {

/// What a command hands to the shell.
enum Exit : int {
  done = 0,
  failed = 1,    ///< it could not do what it was asked
  unusable = 2,  ///< bad usage, a configuration that cannot be used, a server that cannot start
};

/// Ends the command with Exit::failed; what() is the one line for standard error. All other
/// exceptions end it with Exit::unusable.
class Failed : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The command was asked wrongly; what() is the one line for standard error.
class BadUsage : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace app::cli
