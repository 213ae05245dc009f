#pragma once
#include "app/cli/admin.hpp"
#include "proxy/core/engine/bookkeeping.hpp"
#include "proxy/runtime/loop/ids.hpp"
#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/store.hpp"

namespace app::cli {

/// Writes in the database itself while no server runs, by the rules the server has.
class Offline final : public Admin {
 public:
  /// Throws proxy::store::StoreError.
  Offline(proxy::store::DataLock lock, const proxy::Settings& settings);

  proxy::view::Answer change(const proxy::Change& change) override;
  proxy::view::Answer ask(const proxy::view::Query& query);
  proxy::view::Answer change(const proxy::Change& change, proxy::Actor actor);

 private:
  proxy::store::DataLock lock_;
  proxy::store::Store store_;
  proxy::runtime::SystemIds ids_;
  proxy::Bookkeeping books_;
};

}  // namespace app::cli
