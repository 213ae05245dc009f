#pragma once
#include <memory>

#include "app/cli/api_door.hpp"
#include "proxy/runtime/store/data_dir.hpp"

namespace app::cli {

/// The API over a data folder that no server serves. Throws proxy::store::StoreError, or Failed in
/// a build without the API.
std::unique_ptr<ApiDoor> open_offline_api(proxy::store::DataLock lock,
                                          const proxy::Settings& settings);

}  // namespace app::cli
