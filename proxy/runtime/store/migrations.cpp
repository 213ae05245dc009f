#include "proxy/runtime/store/migrations.hpp"

#include <cstddef>

namespace proxy::store {
namespace {

constexpr std::int64_t application_id = 0x73'69'70'77;  // "sipw"

void refuse_what_is_not_ours(const Connection& connection) {
  const bool empty = connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (empty || connection.integer("PRAGMA application_id") == application_id) return;
  throw StoreError(connection.path() + ": this is another program's database");
}

}  // namespace

void migrate(const Connection& connection, std::span<const std::string_view> scripts) {
  refuse_what_is_not_ours(connection);
  const auto newest = static_cast<std::int64_t>(scripts.size());
  const auto version = connection.integer("PRAGMA user_version");
  if (version < 0 || version > newest) {
    throw StoreError(connection.path() + ": made by a newer sipwake (schema version " +
                     std::to_string(version) + ", this program knows " + std::to_string(newest) +
                     ")");
  }
  for (auto step = version; step < newest; ++step) {
    const std::string script = "BEGIN IMMEDIATE;" +
                               std::string(scripts[static_cast<std::size_t>(step)]) +
                               "PRAGMA application_id = " + std::to_string(application_id) +
                               ";PRAGMA user_version = " + std::to_string(step + 1) + ";COMMIT;";
    connection.run(script.c_str());
  }
}

}  // namespace proxy::store
