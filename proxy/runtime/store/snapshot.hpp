#pragma once
#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::store {

/// Everything but the last ids. Throws StoreError when a row cannot be read.
record::Snapshot read_snapshot(const Connection& connection);

}  // namespace proxy::store
