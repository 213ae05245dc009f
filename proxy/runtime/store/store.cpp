#include "proxy/runtime/store/store.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/migrations.hpp"
#include "proxy/runtime/store/snapshot.hpp"

namespace proxy::store {
namespace {

/// SQLite would make the file with the umask's rights; its log files copy those of the database.
std::string make_private_file(const std::string& data_dir) {
  make_data_dir(data_dir);
  auto path = database_path(data_dir);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    throw StoreError(path + ": cannot open: " + std::generic_category().message(errno));
  }
  const bool given = give_to_owner(descriptor, data_dir);
  ::close(descriptor);
  if (!given) throw StoreError(path + ": cannot be given to the owner of the folder");
  return path;
}

void configure(const Connection& connection, Settings::Durability durability) {
  connection.run("PRAGMA cell_size_check = ON");
  if (connection.text("PRAGMA journal_mode = WAL") != "wal") {
    throw StoreError(connection.path() + ": this file system cannot keep a write-ahead log");
  }
  connection.run(durability == Settings::Durability::fsync ? "PRAGMA synchronous = FULL"
                                                           : "PRAGMA synchronous = NORMAL");
  connection.run(
      "PRAGMA wal_autocheckpoint = 0;"
      "PRAGMA journal_size_limit = 67108864;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -65536");
}

/// Finds damage anywhere in a small file. In a large one load() finds what the server stands on; a
/// look at every page would cost 2 ms a megabyte at each start.
void refuse_damage(const Connection& connection) {
  constexpr std::int64_t small_file = 16'000'000;
  if (connection.integer("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") >
      small_file) {
    return;
  }
  auto found = connection.text("PRAGMA quick_check(1)");
  std::replace(found.begin(), found.end(), '\n', ' ');
  if (found != "ok") throw StoreError(connection.path() + ": damaged: " + found);
}

Connection open_database(const std::string& data_dir, Settings::Durability durability) {
  Connection connection(make_private_file(data_dir), Access::read_write);
  configure(connection, durability);
  refuse_damage(connection);
  migrate(connection, migration_scripts());
  return connection;
}

int keep_log_pages(void* kept, sqlite3*, const char*, int pages) {
  *static_cast<int*>(kept) = pages;
  return SQLITE_OK;
}

}  // namespace

Store::Store(const std::string& data_dir, Settings::Durability durability)
    : connection_(open_database(data_dir, durability)),
      writer_(connection_),
      begin_(connection_, "BEGIN IMMEDIATE"),
      commit_(connection_, "COMMIT") {
  sqlite3_wal_hook(connection_.handle(), keep_log_pages, &log_pages_);
}

record::Snapshot Store::load() const {
  auto snapshot = read_snapshot(connection_);
  const auto last = [&](record::Table table) {
    return writer_.last_ids().at(static_cast<std::size_t>(table));
  };
  using enum record::Table;
  snapshot.last_ids = {last(user),  last(device),    last(binding),   last(call),
                       last(leg),   last(api_token), last(ban),       last(audit),
                       last(trunk), last(route),     last(hunt_group)};
  return snapshot;
}

std::optional<std::string> Store::commit(std::span<const record::Change> changes) {
  const auto last_ids = writer_.last_ids();
  try {
    begin_.run();
    for (const auto& change : changes) writer_.write(change);
    commit_.run();
    return std::nullopt;
  } catch (const StoreError& error) {
    writer_.put_back(last_ids);
    connection_.rollback();
    return error.what();
  }
}

void Store::truncate_log() {
  sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                            nullptr);
}

}  // namespace proxy::store
