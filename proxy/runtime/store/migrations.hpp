#pragma once
#include <span>
#include <string_view>

#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::store {

/// The scripts of schema/migrations in order: the first makes version 1 of an empty database.
std::span<const std::string_view> migration_scripts();

/// Brings the database to the newest version, each step in its own transaction; there is no way
/// back. Throws StoreError for a database that is not ours, or is newer than this program.
void migrate(const Connection& connection, std::span<const std::string_view> scripts);

}  // namespace proxy::store
