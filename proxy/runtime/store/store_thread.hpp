#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/checkpointer.hpp"
#include "proxy/runtime/store/store.hpp"

namespace proxy::store {

using Seq = std::uint64_t;  ///< number of a batch of changes, given by the engine

/// Commits batches in the order they came, on a thread of its own. What gathers while one commit
/// runs is the next commit (group commit).
class StoreThread {
 public:
  /// Called on the store thread, with ever larger numbers. Every batch that was taken is covered by
  /// exactly one of these calls.
  struct Listener {
    std::function<void(Seq upto)> committed;
    std::function<void(Seq from, Seq upto, std::string why)> failed;
  };
  struct Options {
    std::size_t queued_changes{65'536};  ///< more are refused
    Checkpointer::Bounds log;
  };

  StoreThread(std::unique_ptr<Store> store, Listener listener, Options options);
  /// As stop().
  ~StoreThread();
  StoreThread(StoreThread&&) = delete;

  /// From any one thread, with ever larger numbers. False when the queue is full or stop() was
  /// called: the batch is lost and the caller has to say so.
  bool submit(Seq seq, std::vector<record::Change> changes);
  /// Commits and reports what was taken, empties the write-ahead log and closes the database.
  /// Idempotent.
  void stop();

  struct Figures {
    std::uint64_t commits{0};
    std::uint64_t batches{0};
    std::uint64_t changes{0};
    std::uint64_t failed_batches{0};
    std::uint64_t refused_batches{0};
    std::size_t queued_changes{0};
    Checkpointer::Figures checkpoints;
  };
  /// From any thread.
  Figures figures() const;

 private:
  /// Batches in order; each ends where the next begins.
  struct Queue {
    struct Batch {
      Seq seq;
      std::size_t end;
    };
    std::vector<Batch> batches;
    std::vector<record::Change> changes;
    void clear();
  };

  void run();
  void commit_group(const Queue& group);
  void commit_one_by_one(const Queue& group);
  std::optional<std::string> commit_batch(std::span<const record::Change> changes);

  std::unique_ptr<Store> store_;
  Listener listener_;
  const Options options_;
  std::optional<Checkpointer> checkpointer_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Queue queue_;
  bool waiting_{false};
  bool stopping_{false};
  Figures figures_;
  std::thread thread_;
};

}  // namespace proxy::store
