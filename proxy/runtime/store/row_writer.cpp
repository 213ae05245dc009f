#include "proxy/runtime/store/row_writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <variant>

namespace proxy::store {
namespace {

using record::Table;

/// What an Erase names.
struct Erasable {
  std::string_view table, key;
};
constexpr std::array<Erasable, 12> erasables{{{"user", "id"},
                                              {"device", "id"},
                                              {"binding", "id"},
                                              {"call", "id"},
                                              {"call_invite", "call_id"},
                                              {"leg", "id"},
                                              {"api_token", "id"},
                                              {"ban", "id"},
                                              {"audit", "id"},
                                              {"trunk", "id"},
                                              {"route", "id"},
                                              {"hunt_group", "id"}}};
static_assert(erasables.size() == static_cast<std::size_t>(Table::hunt_group) + 1);

constexpr std::string_view seen_sql = "UPDATE device SET last_register = ? WHERE id = ?";
constexpr std::string_view refresh_sql =
    "UPDATE binding SET cseq = ?, expires_at = ?, flow = ?, contact = ? WHERE id = ?";
constexpr std::string_view head_sql =
    "INSERT INTO call_message (call_id, step, head) VALUES (?, ?, ?)"
    " ON CONFLICT (call_id, step) DO UPDATE SET head = excluded.head";
constexpr std::string_view note_last_id_sql =
    "INSERT INTO last_id (id, value) VALUES (?, ?)"
    " ON CONFLICT (id) DO UPDATE SET value = excluded.value";

constexpr Table table_of(const record::User&) { return Table::user; }
constexpr Table table_of(const record::Device&) { return Table::device; }
constexpr Table table_of(const record::Binding&) { return Table::binding; }
constexpr Table table_of(const record::Call&) { return Table::call; }
constexpr Table table_of(const record::Leg&) { return Table::leg; }
constexpr Table table_of(const record::ApiToken&) { return Table::api_token; }
constexpr Table table_of(const record::Ban&) { return Table::ban; }
constexpr Table table_of(const record::Audit&) { return Table::audit; }
constexpr Table table_of(const record::Trunk&) { return Table::trunk; }
constexpr Table table_of(const record::Route&) { return Table::route; }
constexpr Table table_of(const record::Group&) { return Table::hunt_group; }

}  // namespace

LastIds read_last_ids(const Connection& connection) {
  LastIds ids{};
  Statement noted(connection, "SELECT value FROM last_id WHERE id = ?");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& [table, key] = erasables.at(i);
    Statement largest(
        connection,
        std::string("SELECT coalesce(max(").append(key).append("), 0) FROM ").append(table));
    if (largest.step()) largest.read(ids.at(i));
    noted.bind(i);
    std::int64_t erased = 0;
    if (noted.step()) noted.read(erased);
    noted.reset();
    ids.at(i) = std::max(ids.at(i), erased);
  }
  return ids;
}

RowWriter::RowWriter(const Connection& connection)
    : connection_(connection),
      upserts_(connection, connection, connection, connection, connection, connection, connection,
               connection, connection, connection, connection, connection, connection),
      seen_(connection, seen_sql),
      refresh_(connection, refresh_sql),
      head_(connection, head_sql),
      note_last_id_(connection, note_last_id_sql),
      last_ids_(read_last_ids(connection)) {
  for (const auto& [table, key] : erasables) {
    erase_.emplace_back(
        connection,
        std::string("DELETE FROM ").append(table).append(" WHERE ").append(key).append(" = ?"));
  }
}

void RowWriter::write(const record::Change& change) {
  std::visit([this](const auto& row) { write_row(row); }, change);
}

template <class Row>
void RowWriter::write_row(const Row& row) {
  auto& statement = std::get<Upsert<Row>>(upserts_).statement;
  bind_row(statement, row);
  statement.run();
  if constexpr (requires { table_of(row); }) saw(table_of(row), row.id);
  if constexpr (std::is_same_v<Row, record::Leg> || std::is_same_v<Row, record::CallInvite>)
    refer(Table::call, row.call_id);
  if constexpr (std::is_same_v<Row, record::Leg> || std::is_same_v<Row, record::Binding>)
    refer(Table::device, row.device_id);
}

/// The row it names was lost with its batch: its id must not be given to another.
void RowWriter::refer(Table table, std::int64_t id) {
  if (id <= last_ids_.at(static_cast<std::size_t>(table))) return;
  saw(table, id);
  note_last_id_.bind(table, id);
  note_last_id_.run();
}

void RowWriter::write_row(const record::DeviceSeen& seen) {
  seen_.bind(seen.last_register, seen.id);
  seen_.run();
}

void RowWriter::write_row(const record::BindingRefresh& refresh) {
  refresh_.bind(refresh.cseq, refresh.expires_at, refresh.flow, refresh.contact, refresh.id);
  refresh_.run();
  // Its batch was lost or it was erased: a 200 for this refresh would promise what is not stored.
  if (sqlite3_changes(connection_.handle()) == 0) {
    throw StoreError("no binding " + std::to_string(refresh.id) + " to refresh");
  }
}

void RowWriter::write_row(const record::MessageHead& row) {
  head_.bind(row.call_id, row.step, row.head);
  head_.run();
  refer(Table::call, row.call_id);
}

void RowWriter::write_row(const record::Erase& erase) {
  const auto table = static_cast<std::size_t>(erase.table);
  auto& statement = erase_.at(table);
  statement.bind(erase.id);
  statement.run();
  if (erase.id != last_ids_.at(table)) return;
  note_last_id_.bind(erase.table, erase.id);
  note_last_id_.run();
}

void RowWriter::saw(Table table, std::int64_t id) {
  auto& last = last_ids_.at(static_cast<std::size_t>(table));
  last = std::max(last, id);
}

}  // namespace proxy::store
