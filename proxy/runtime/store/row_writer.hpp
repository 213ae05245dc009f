#pragma once
#include <array>
#include <tuple>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/columns.hpp"
#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::store {

/// The largest id ever used, by record::Table.
using LastIds = std::array<std::int64_t, 12>;
/// Of the rows that are there and of those that were.
LastIds read_last_ids(const Connection& connection);

/// Writes single changes inside the transaction its owner has begun. Throws StoreError.
class RowWriter {
 public:
  explicit RowWriter(const Connection& connection);

  void write(const record::Change& change);

  /// To be put back when the transaction is rolled back.
  const LastIds& last_ids() const { return last_ids_; }
  void put_back(const LastIds& last_ids) { last_ids_ = last_ids; }

 private:
  template <class Row>
  struct Upsert {
    explicit Upsert(const Connection& connection) : statement(connection, upsert_sql<Row>()) {}
    Statement statement;
  };

  template <class Row>
  void write_row(const Row& row);
  void write_row(const record::DeviceSeen& seen);
  void write_row(const record::BindingRefresh& refresh);
  void write_row(const record::MessageHead& row);
  void write_row(const record::Erase& erase);
  void saw(record::Table table, std::int64_t id);
  void refer(record::Table table, std::int64_t id);

  const Connection& connection_;
  std::tuple<Upsert<record::User>, Upsert<record::Device>, Upsert<record::Binding>,
             Upsert<record::Call>, Upsert<record::CallInvite>, Upsert<record::Leg>,
             Upsert<record::ApiToken>, Upsert<record::Ban>, Upsert<record::Setting>,
             Upsert<record::Audit>, Upsert<record::Trunk>, Upsert<record::Route>,
             Upsert<record::Group>>
      upserts_;
  Statement seen_;
  Statement refresh_;
  Statement head_;
  Statement note_last_id_;
  std::vector<Statement> erase_;  ///< by record::Table
  LastIds last_ids_;
};

}  // namespace proxy::store
