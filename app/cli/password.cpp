#include "app/cli/password.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "app/cli/aor.hpp"
#include "app/cli/exit.hpp"

namespace app::cli {
namespace {

/// Keeps what is typed off the screen while it lives.
class NoEcho {
 public:
  NoEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~NoEcho() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(NoEcho&&) = delete;

 private:
  termios before_{};
  bool changed_{false};
};

std::string read_line() {
  // An endless line (a device, a wrong file) ends as one that is too long.
  std::string line;
  for (int c = std::cin.get(); c != EOF && c != '\n' && line.size() <= text_bytes_max;
       c = std::cin.get())
    line += static_cast<char>(c);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string ask(const std::string& question) {
  std::cerr << question << std::flush;
  const NoEcho silent;
  auto answer = read_line();
  std::cerr << '\n';
  return answer;
}

}  // namespace

std::string read_password(std::string_view given, std::string_view aor) {
  std::string password{given};
  if (given.empty() || given == "-") {
    if (::isatty(STDIN_FILENO) != 0) {
      password = ask("Password for " + std::string{aor} + ": ");
      if (ask("Once more: ") != password) throw BadUsage{"the two passwords differ"};
    } else {
      password = read_line();
    }
  }
  if (password.empty()) throw BadUsage{"the password is empty"};
  if (password.size() > text_bytes_max) throw BadUsage{"the password is longer than 255 bytes"};
  if (!is_plain_text(password))
    throw BadUsage{"the password is not UTF-8 or holds control characters"};
  return password;
}

}  // namespace app::cli
