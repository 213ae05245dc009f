#pragma once
#include <cstdint>
#include <set>
#include <string>

#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/sqlite.hpp"

namespace web::server {

/// What the API shows of a device beside its own row. Throws proxy::store::StoreError.
class DeviceFacts {
 public:
  explicit DeviceFacts(const std::string& database_path);

  /// Empty when there is no such user any more.
  std::string aor_of(std::int64_t user);
  /// Devices with ids from `first` to `last` that hold a binding which has not expired.
  std::set<std::int64_t> awake(std::int64_t first, std::int64_t last, proxy::record::WallTime now);
  /// How many devices hold such a binding.
  std::int64_t awake_count(proxy::record::WallTime now);

 private:
  proxy::store::Connection connection_;
  proxy::store::Statement aor_, awake_, count_;
};

}  // namespace web::server
