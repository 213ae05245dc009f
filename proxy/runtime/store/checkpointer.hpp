#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::store {

/// Copies the write-ahead log back into the database, on a connection and a thread of its own, so
/// that the committing thread never pays for it. A log starts over only when all of it was copied
/// while nobody wrote; under unbroken load that never happens by itself, so once the log is far too
/// long the committing thread is held for the last short pass.
class Checkpointer {
 public:
  /// In pages of the log. `soft`: how many new ones are worth a pass; `hard`: too many.
  struct Bounds {
    int soft{4'000};
    int hard{16'000};
  };
  /// Throws StoreError.
  Checkpointer(const std::string& path, Bounds bounds);
  /// Waits for a pass that runs.
  ~Checkpointer();
  Checkpointer(Checkpointer&&) = delete;

  /// To be told by the committing thread after each commit. Returns at once below the hard bound.
  void committed(int log_pages);

  struct Figures {
    std::uint64_t passes{0};
    std::uint64_t waits{0};   ///< commits that were held
    std::uint64_t failed{0};  ///< passes that ended with an error, a full disk for one
  };
  Figures figures() const;

 private:
  void run();

  const Bounds bounds_;
  Connection connection_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_{false};
  bool running_{false};
  bool stopping_{false};
  Figures figures_;
  // The committing thread's own.
  int last_pages_{0};
  int next_pass_{0};
  int next_wait_{0};
  std::thread thread_;
};

}  // namespace proxy::store
