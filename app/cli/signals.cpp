#include "app/cli/signals.hpp"

#include <pthread.h>

#include <csignal>
#include <initializer_list>

namespace app::cli {
namespace {

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  const auto taken = set_of({SIGINT, SIGTERM, SIGHUP});
  ::pthread_sigmask(SIG_BLOCK, &taken, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void Signals::wait_for_end(const std::function<void()>& hang_up) const {
  const auto taken = set_of({SIGINT, SIGTERM, SIGHUP});
  int signal = 0;
  while (::sigwait(&taken, &signal) != 0 || signal == SIGHUP)
    if (signal == SIGHUP) hang_up();
  // Whoever is tired of waiting for the clean end may have the other one.
  const auto end = set_of({SIGINT, SIGTERM});
  ::pthread_sigmask(SIG_UNBLOCK, &end, nullptr);
}

}  // namespace app::cli
