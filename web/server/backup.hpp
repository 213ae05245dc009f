#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/rows.hpp"
#include "web/api/answer.hpp"

namespace web::server {

/// Copies the database as it is at this moment to DATA_DIR/backups/sipwake-TIME.db (mode 0600),
/// while the server goes on. Blocks; for a thread of its own. Refused when 32 are there already.
/// Throws proxy::store::StoreError.
api::Answer make_backup(const std::string& data_dir, proxy::record::WallTime now);

/// Those that are there, the newest first.
api::Backups backups_in(const std::string& data_dir);

/// Where a backup of this name is; nothing when it is no name of one, or there is none.
std::optional<std::string> backup_path(const std::string& data_dir, std::string_view name);

}  // namespace web::server
