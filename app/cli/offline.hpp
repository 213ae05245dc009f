#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/cli/admin.hpp"
#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/data_dir.hpp"
#include "proxy/runtime/store/store.hpp"
#include "sipstack/base/bytes.hpp"

namespace app::cli {

/// Writes in the database itself while no server runs, by the rules the server has.
class Offline final : public Admin {
 public:
  /// Throws proxy::store::StoreError.
  Offline(proxy::store::DataLock lock, const proxy::Settings& settings);

  proxy::view::Answer change(const proxy::Change& change) override;

 private:
  using Changes = std::vector<proxy::record::Change>;

  proxy::view::Answer apply(const proxy::AddUser& add);
  proxy::view::Answer apply(const proxy::ChangeUser& change);
  proxy::view::Answer apply(const proxy::RemoveUser& remove);
  proxy::view::Answer apply(const proxy::RemoveRegistration& remove);
  proxy::view::Answer apply(const proxy::AddToken& add);
  proxy::view::Answer apply(const proxy::ImportUsers& import);
  proxy::view::Answer apply(const proxy::SetAdministrator& set);
  proxy::view::Answer apply(const proxy::AddBan& add);
  proxy::view::Answer apply(const proxy::LiftBan& lift);

  proxy::record::User* find(std::string_view aor);
  /// Commits; then `done`, or a refusal with the store's reason.
  proxy::view::Answer commit(const Changes& changes, proxy::view::Done done);

  proxy::store::DataLock lock_;
  proxy::store::Store store_;
  proxy::record::Snapshot known_;
  std::unordered_map<std::string, std::size_t, sip::TextHash, std::equal_to<>> by_aor_;
};

}  // namespace app::cli
