#pragma once
#include <optional>
#include <span>
#include <string>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/runtime/store/row_writer.hpp"
#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::store {

/// The one connection that writes. Used by one thread at a time; take the DataLock first. It never
/// checkpoints on its own (Checkpointer does), so the write-ahead log grows until somebody asks.
class Store {
 public:
  /// Makes the folder (0700) and the database (0600) when they are not there and brings the schema
  /// up to date. Throws StoreError, one line: an unwritable folder, not a database or not ours,
  /// made by a newer sipwake, damaged.
  Store(const std::string& data_dir, Settings::Durability durability);
  Store(Store&&) = delete;

  /// What the engine starts from. Rows whose owner was lost with a failed batch are left out.
  /// Throws StoreError when the database is damaged.
  record::Snapshot load() const;

  /// Commits all changes in one transaction. On failure nothing of them is stored, the reason is
  /// returned, and the next commit works as if this one had not been tried.
  std::optional<std::string> commit(std::span<const record::Change> changes);

  /// Pages the write-ahead log held after the last commit.
  int log_pages() const { return log_pages_; }
  /// Empties the write-ahead log unless a reader is in it. For the end.
  void truncate_log();
  const std::string& path() const { return connection_.path(); }

 private:
  Connection connection_;
  RowWriter writer_;
  Statement begin_, commit_;
  int log_pages_{0};
};

}  // namespace proxy::store
