#include "tests/cli/shell.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace cli_test {
namespace {

int must(int result) {
  if (result < 0) throw std::system_error{errno, std::generic_category()};
  return result;
}

/// Starts the program in `folder` with these descriptors, which are closed here.
pid_t start(const std::filesystem::path& folder, const std::vector<std::string>& arguments, int in,
            int out, int err) {
  std::vector<std::string> words{"sipwake"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t process = must(::fork());
  if (process == 0) {
    const bool ready = ::chdir(folder.c_str()) == 0 && ::dup2(in, 0) >= 0 && ::dup2(out, 1) >= 0 &&
                       ::dup2(err, 2) >= 0;
    if (ready) ::execv(SIPWAKE_PROGRAM, argv.data());
    ::_exit(127);
  }
  for (const int descriptor : {in, out, err}) ::close(descriptor);
  return process;
}

int wait_for(pid_t process) {
  int status = 0;
  must(::waitpid(process, &status, 0));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int open_for_writing(const std::filesystem::path& file) {
  return must(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

}  // namespace

Shell::Shell() {
  std::string name = (std::filesystem::temp_directory_path() / "sipwake-cli-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error{errno, std::generic_category()};
  folder_ = name;
}

Shell::~Shell() { std::filesystem::remove_all(folder_); }

Result Shell::run(const std::vector<std::string>& arguments, std::string_view input) const {
  write(".in", input);
  const int in = must(::open(path(".in").c_str(), O_RDONLY | O_CLOEXEC));
  const auto process =
      start(folder_, arguments, in, open_for_writing(path(".out")), open_for_writing(path(".err")));
  Result result;
  result.status = wait_for(process);
  result.out = read(".out");
  result.err = read(".err");
  return result;
}

void Shell::write(const std::string& name, std::string_view text) const {
  std::ofstream{path(name), std::ios::binary} << text;
}

std::string Shell::read(const std::string& name) const {
  std::ifstream in{path(name), std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

Serving::Serving(const Shell& shell, const std::vector<std::string>& arguments) : shell_{shell} {
  std::vector<std::string> words{"serve"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::array<int, 2> ends{};
  must(::pipe2(ends.data(), O_CLOEXEC));
  output_ = ends[0];
  const int in = must(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  process_ = start(shell.folder_, words, in, ends[1], open_for_writing(shell.path(".log")));
  std::array<char, 4096> piece{};
  while (greeting_.find("\nReady") == std::string::npos) {
    const auto size = must(static_cast<int>(::read(output_, piece.data(), piece.size())));
    if (size == 0) break;
    greeting_.append(piece.data(), static_cast<std::size_t>(size));
  }
}

Serving::~Serving() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  ::close(output_);
}

void Serving::signal(int number) const { must(::kill(process_, number)); }

int Serving::stop() {
  signal(SIGTERM);
  const int status = wait_for(process_);
  process_ = -1;
  return status;
}

}  // namespace cli_test
