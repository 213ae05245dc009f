#include "proxy/runtime/store/sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace proxy::store {
namespace {

constexpr int busy_timeout_ms = 5'000;

bool printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Connection::Connection(const std::string& path, Access access) : path_(path) {
  const int how = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &handle, how | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (result != SQLITE_OK) fail();
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
}

void Connection::run(const char* sql) const {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t Connection::integer(const char* sql) const {
  Statement statement(*this, sql);
  std::int64_t value = 0;
  if (statement.step()) statement.read(value);
  return value;
}

std::string Connection::text(const char* sql) const {
  Statement statement(*this, sql);
  std::string value;
  if (statement.step()) statement.read(value);
  return value;
}

void Connection::rollback() const noexcept {
  // Some failures (a full disk) have rolled back already.
  if (sqlite3_get_autocommit(handle()) == 0) {
    sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Connection::fail() const {
  if (!handle_) throw StoreError(path_ + ": out of memory");
  throw StoreError(path_ + ": " + sqlite3_errmsg(handle()) + " (SQLite error " +
                   std::to_string(sqlite3_extended_errcode(handle())) + ")");
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(const Connection& connection, std::string_view sql)
    : connection_(&connection) {
  sqlite3_stmt* statement = nullptr;
  const int result =
      sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  statement_.reset(statement);
  if (result != SQLITE_OK) connection.fail();
}

bool Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE) connection_->fail();
  return result == SQLITE_ROW;
}

void Statement::run() {
  struct Reset {
    Statement& statement;
    ~Reset() { statement.reset(); }
  } const reset{*this};
  while (step()) {
  }
}

void Statement::reset() noexcept { sqlite3_reset(statement_.get()); }

void Statement::bind_integer(int index, std::int64_t value) {
  if (sqlite3_bind_int64(statement_.get(), index, value) != SQLITE_OK) connection_->fail();
}

void Statement::bind_text(int index, std::string_view value) {
  // A null pointer would bind NULL; an empty view may have one.
  const char* data = value.empty() ? "" : value.data();
  const int result =
      printable_ascii(value)
          ? sqlite3_bind_text64(statement_.get(), index, data, value.size(), SQLITE_STATIC,
                                SQLITE_UTF8)
          : sqlite3_bind_blob64(statement_.get(), index, data, value.size(), SQLITE_STATIC);
  if (result != SQLITE_OK) connection_->fail();
}

void Statement::bind_null(int index) {
  if (sqlite3_bind_null(statement_.get(), index) != SQLITE_OK) connection_->fail();
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer_at(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::int64_t Statement::integer_at(int column, std::int64_t least, std::int64_t most) const {
  const auto value = integer_at(column);
  if (value >= least && value <= most) return value;
  throw StoreError(connection_->path() + ": " +
                   sqlite3_column_table_name(statement_.get(), column) + "." +
                   sqlite3_column_name(statement_.get(), column) + " holds " +
                   std::to_string(value) + ", which cannot be");
}

std::string Statement::text_at(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data != nullptr ? std::string(static_cast<const char*>(data), size) : std::string();
}

}  // namespace proxy::store
