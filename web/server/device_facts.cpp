#include "web/server/device_facts.hpp"

namespace web::server {
namespace {

constexpr std::string_view aor_sql = "SELECT aor FROM user WHERE id = ?";
// One pass for a whole page: bindings have no index by device.
constexpr std::string_view awake_sql =
    "SELECT DISTINCT device_id FROM binding WHERE device_id BETWEEN ? AND ? AND expires_at > ?";
constexpr std::string_view count_sql =
    "SELECT count(DISTINCT device_id) FROM binding WHERE expires_at > ?";

}  // namespace

DeviceFacts::DeviceFacts(const std::string& database_path)
    : connection_(database_path, proxy::store::Access::read_only),
      aor_(connection_, aor_sql),
      awake_(connection_, awake_sql),
      count_(connection_, count_sql) {}

std::string DeviceFacts::aor_of(std::int64_t user) {
  std::string aor;
  aor_.reset();  // what failed before may have left it open
  aor_.bind(user);
  if (aor_.step()) aor_.read(aor);
  aor_.reset();
  return aor;
}

std::set<std::int64_t> DeviceFacts::awake(std::int64_t first, std::int64_t last,
                                          proxy::record::WallTime now) {
  std::set<std::int64_t> devices;
  awake_.reset();
  awake_.bind(first, last, now);
  while (awake_.step()) {
    std::int64_t device = 0;
    awake_.read(device);
    devices.insert(device);
  }
  awake_.reset();
  return devices;
}

std::int64_t DeviceFacts::awake_count(proxy::record::WallTime now) {
  std::int64_t count = 0;
  count_.reset();
  count_.bind(now);
  if (count_.step()) count_.read(count);
  count_.reset();
  return count;
}

}  // namespace web::server
