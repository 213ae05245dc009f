#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/record/rows.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/store_thread.hpp"

namespace proxy::runtime {

/// The data folder while the server holds it: its lock, its database, the thread that commits.
class Storage {
 public:
  /// Committed and StoreFailed, from the store's thread.
  using Tell = std::function<void(Event)>;

  /// Locks the folder, opens the database and reads it. Throws StartError.
  Storage(const Settings& settings, Tell tell);

  /// The domain an earlier start chose when it was given none, else `proposal`, which is kept: the
  /// passwords are bound to it, and a host's name may change. Before start().
  std::string home_domain(const std::string& proposal);
  /// What was there at the start; once.
  record::Snapshot take_snapshot() { return std::exchange(snapshot_, {}); }
  /// Starts the thread that commits.
  void start();
  /// From one thread, after start(). False: the batch is lost.
  bool submit(Seq seq, std::vector<record::Change> changes);
  /// Commits what was submitted and closes. Idempotent.
  void stop();
  const std::string& path() const { return path_; }

 private:
  void open(const Settings& settings);

  Tell tell_;
  std::string path_;
  std::optional<store::DataLock> lock_;
  record::Snapshot snapshot_;
  std::unique_ptr<store::Store> store_;  ///< until the thread takes it over
  std::optional<store::StoreThread> thread_;
};

}  // namespace proxy::runtime
