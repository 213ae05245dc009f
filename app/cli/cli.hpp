#pragma once

namespace app::cli {

/// Reads the command line, runs the command and returns the exit status. What went wrong is one
/// line on standard error: "sipwake user add: aor is required".
int run(int argc, char** argv);

}  // namespace app::cli
