#include "proxy/runtime/store/checkpointer.hpp"

#include <sqlite3.h>

namespace proxy::store {

Checkpointer::Checkpointer(const std::string& path, Bounds bounds)
    : bounds_(bounds),
      connection_(path, Access::read_write),
      next_pass_(bounds.soft),
      next_wait_(bounds.hard) {
  // A connection that has read nothing does not know of the log, and its checkpoints do nothing.
  connection_.integer("SELECT count(*) FROM sqlite_schema");
  thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Checkpointer::committed(int log_pages) {
  if (log_pages < last_pages_) {  // the log has started over
    next_pass_ = bounds_.soft;
    next_wait_ = bounds_.hard;
  }
  last_pages_ = log_pages;
  if (log_pages < next_pass_) return;
  next_pass_ = log_pages + bounds_.soft;
  const bool wait = log_pages >= next_wait_;
  std::unique_lock lock(mutex_);
  if (wait) {
    // A pass that runs began before this commit and would leave its pages behind.
    changed_.wait(lock, [this] { return !running_; });
  }
  asked_ = true;
  changed_.notify_all();
  if (!wait) return;
  figures_.waits += 1;
  changed_.wait(lock, [this] { return !asked_ && !running_; });
  // A reader may have kept the log from being copied whole: not again at the next commit.
  next_wait_ = log_pages + bounds_.hard;
}

Checkpointer::Figures Checkpointer::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return asked_ || stopping_; });
    if (stopping_) return;
    asked_ = false;
    running_ = true;
    lock.unlock();
    const int result = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr,
                                                 SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    lock.lock();
    running_ = false;
    figures_.passes += 1;
    // Busy: the committing thread was just writing what the pass has to read first.
    if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY) figures_.failed += 1;
    changed_.notify_all();
  }
}

}  // namespace proxy::store
