#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "sipstack/base/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace proxy::store {

/// What went wrong with which file, in one line.
class StoreError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Access : std::uint8_t { read_write, read_only };

/// One open database file. Used by one thread at a time; statements must not outlive it.
class Connection {
 public:
  /// Opens a file that exists. Throws StoreError.
  Connection(const std::string& path, Access access);

  /// Runs statements that answer nothing. Throws StoreError.
  void run(const char* sql) const;
  /// First column of the first row of a query, as an integer or a text. Throws StoreError.
  std::int64_t integer(const char* sql) const;
  std::string text(const char* sql) const;
  /// Ends the open transaction, if there is one, as if it had not been.
  void rollback() const noexcept;
  /// Throws a StoreError with the file and SQLite's own words for its last error.
  [[noreturn]] void fail() const;

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. Everything that fails throws StoreError.
class Statement {
 public:
  Statement(const Connection& connection, std::string_view sql);

  /// Binds to ?1, ?2, ... Texts are not copied: they must live until the reset.
  template <class... Values>
  void bind(const Values&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
  }
  /// True while there is a row.
  bool step();
  /// Runs to the end and resets, whatever happens.
  void run();
  void reset() noexcept;

  /// Reads the columns of this row, from `first` on, into the values.
  template <class... Values>
  void read_from(int first, Values&... values) const {
    int column = first;
    (read_one(column++, values), ...);
  }
  template <class... Values>
  void read(Values&... values) const {
    read_from(0, values...);
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  template <class Value>
  void bind_one(int index, const Value& value) {
    if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
      bind_text(index, value);
    } else if constexpr (std::is_same_v<Value, sip::WallTime>) {
      bind_integer(index, value.time_since_epoch().count());
    } else if constexpr (std::is_same_v<Value, std::optional<sip::WallTime>>) {
      value ? bind_one(index, *value) : bind_null(index);
    } else {
      bind_integer(index, static_cast<std::int64_t>(value));
    }
  }

  template <class Value>
  void read_one(int column, Value& value) const {
    if constexpr (std::is_same_v<Value, std::string>) {
      value = text_at(column);
    } else if constexpr (std::is_same_v<Value, sip::WallTime>) {
      value = sip::WallTime{std::chrono::milliseconds{integer_at(column)}};
    } else if constexpr (std::is_same_v<Value, std::optional<sip::WallTime>>) {
      if (is_null(column)) {
        value.reset();
      } else {
        read_one(column, value.emplace());
      }
    } else if constexpr (std::is_enum_v<Value>) {
      value = static_cast<Value>(integer_at(column, 0, static_cast<std::int64_t>(last_of(value))));
    } else if constexpr (std::is_same_v<Value, std::int64_t>) {
      value = integer_at(column);
    } else {
      using Limits = std::numeric_limits<Value>;
      value = static_cast<Value>(integer_at(column, Limits::min(), Limits::max()));
    }
  }

  void bind_integer(int index, std::int64_t value);
  void bind_text(int index, std::string_view value);
  void bind_null(int index);
  bool is_null(int column) const;
  std::int64_t integer_at(int column) const;
  /// Refuses a stored number that the row's type cannot hold.
  std::int64_t integer_at(int column, std::int64_t least, std::int64_t most) const;
  std::string text_at(int column) const;

  const Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace proxy::store
