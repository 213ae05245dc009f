#include "proxy/runtime/store/snapshot.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/runtime/store/columns.hpp"

namespace proxy::store {
namespace {

// All parts are answered by small indexes, however long the history is.
constexpr std::string_view wanted_calls =
    " IN (SELECT id FROM call WHERE state <> 3 UNION SELECT call_id FROM call_invite"
    " UNION SELECT call_id FROM leg WHERE notice <> 0)";

template <class Row>
std::vector<Row> read_where(const Connection& connection, const std::string& condition) {
  Statement statement(connection, select_from<Row>() + condition);
  return read_rows<Row>(statement);
}

template <class Row>
std::vector<Row> read_table(const Connection& connection) {
  return read_where<Row>(connection, " ORDER BY " + std::string(Columns<Row>::names.front()));
}

/// Leaves out the rows that point at none of the owners, which are in order of their ids.
template <class Row, class Owner>
void keep_owned(std::vector<Row>& rows, std::int64_t Row::*owner,
                const std::vector<Owner>& owners) {
  std::erase_if(rows, [&](const Row& row) {
    return !std::ranges::binary_search(owners, row.*owner, {}, &Owner::id);
  });
}

}  // namespace

record::Snapshot read_snapshot(const Connection& connection) {
  record::Snapshot snapshot;
  snapshot.users = read_table<record::User>(connection);
  snapshot.devices = read_table<record::Device>(connection);
  snapshot.bindings = read_table<record::Binding>(connection);
  snapshot.open_calls = read_where<record::Call>(
      connection, " WHERE id" + std::string(wanted_calls) + " ORDER BY id");
  snapshot.invites = read_table<record::CallInvite>(connection);
  snapshot.legs = read_where<record::Leg>(
      connection, " WHERE call_id" + std::string(wanted_calls) + " ORDER BY id");
  snapshot.tokens = read_table<record::ApiToken>(connection);
  snapshot.bans = read_table<record::Ban>(connection);
  snapshot.trunks = read_table<record::Trunk>(connection);
  snapshot.routes = read_table<record::Route>(connection);
  snapshot.groups = read_table<record::Group>(connection);
  snapshot.settings = read_table<record::Setting>(connection);
  keep_owned(snapshot.devices, &record::Device::user_id, snapshot.users);
  keep_owned(snapshot.bindings, &record::Binding::device_id, snapshot.devices);
  keep_owned(snapshot.invites, &record::CallInvite::call_id, snapshot.open_calls);
  keep_owned(snapshot.legs, &record::Leg::call_id, snapshot.open_calls);
  return snapshot;
}

}  // namespace proxy::store
