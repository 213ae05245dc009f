#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cli_test {

struct Result {
  int status{-1};  ///< exit status, or 128 and the signal
  std::string out;
  std::string err;
};

/// A temporary folder in which the program is run.
class Shell {
 public:
  Shell();
  ~Shell();
  Shell(Shell&&) = delete;

  /// Runs the program to its end in this folder, `input` on its standard input.
  Result run(const std::vector<std::string>& arguments, std::string_view input = "") const;

  void write(const std::string& name, std::string_view text) const;
  std::string read(const std::string& name) const;
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }

 private:
  friend class Serving;
  std::filesystem::path folder_;
};

/// `sipwake serve` in the folder of a shell, up when this object is there.
class Serving {
 public:
  explicit Serving(const Shell& shell, const std::vector<std::string>& arguments = {});
  /// Ends it the hard way if it still runs.
  ~Serving();
  Serving(Serving&&) = delete;

  /// What it printed until it was up.
  const std::string& greeting() const { return greeting_; }
  void signal(int number) const;
  /// Sends SIGTERM and waits; the exit status.
  int stop();

 private:
  const Shell& shell_;
  pid_t process_{-1};
  int output_{-1};
  std::string greeting_;
};

}  // namespace cli_test
