#include "app/cli/offline.hpp"

#include <chrono>
#include <utility>

#include "sipstack/auth/digest.hpp"

namespace app::cli {
namespace {

using proxy::record::Erase;
using proxy::record::Table;
using proxy::record::User;
using proxy::view::Answer;
using proxy::view::Done;
using proxy::view::Refused;

sip::WallTime now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// The realm is the domain of the user.
void set_password(User& user, std::string_view password) {
  const std::string_view aor{user.aor};
  const auto at = aor.rfind('@');
  const auto name = aor.substr(0, at);
  const auto realm = aor.substr(at + 1);
  user.ha1_md5 = sip::auth::ha1(sip::auth::Algorithm::md5, name, realm, password);
  user.ha1_sha256 = sip::auth::ha1(sip::auth::Algorithm::sha256, name, realm, password);
  user.ha1_sha512_256 = sip::auth::ha1(sip::auth::Algorithm::sha512_256, name, realm, password);
}

void set_secrets(User& user, const proxy::AddUser& add) {
  // The kinds of HA1 that are not given belong to the old password.
  user.ha1_md5.clear();
  user.ha1_sha256.clear();
  user.ha1_sha512_256.clear();
  if (!add.password.empty()) set_password(user, add.password);
  if (!add.ha1_md5.empty()) user.ha1_md5 = add.ha1_md5;
  if (!add.ha1_sha256.empty()) user.ha1_sha256 = add.ha1_sha256;
  if (!add.ha1_sha512_256.empty()) user.ha1_sha512_256 = add.ha1_sha512_256;
}

Refused no_user() { return {404, "aor", "no such user"}; }

}  // namespace

Offline::Offline(proxy::store::DataLock lock, const proxy::Settings& settings)
    : lock_{std::move(lock)},
      store_{settings.data_dir, settings.durability},
      known_{store_.load()} {
  for (std::size_t i = 0; i < known_.users.size(); ++i) by_aor_.emplace(known_.users[i].aor, i);
}

Answer Offline::change(const proxy::Change& change) {
  return std::visit([this](const auto& one) { return apply(one); }, change);
}

User* Offline::find(std::string_view aor) {
  const auto found = by_aor_.find(aor);
  return found == by_aor_.end() ? nullptr : &known_.users[found->second];
}

Answer Offline::commit(const Changes& changes, Done done) {
  if (const auto why = store_.commit(changes)) return Refused{503, "", *why};
  return done;
}

Answer Offline::apply(const proxy::AddUser& add) {
  if (find(add.aor) != nullptr) return Refused{409, "aor", "this user exists already"};
  auto answer = apply(proxy::ImportUsers{{add}});
  if (!std::holds_alternative<Done>(answer)) return answer;
  return Done{known_.last_ids.user, known_.users.back(), 0};
}

Answer Offline::apply(const proxy::ChangeUser& change) {
  const auto* known = find(change.aor);
  if (known == nullptr) return no_user();
  auto user = *known;
  if (change.password) set_password(user, *change.password);
  if (change.display_name) user.display_name = *change.display_name;
  if (change.enabled) user.enabled = *change.enabled;
  auto answer = commit({user}, Done{user.id, user, 0});
  if (std::holds_alternative<Done>(answer)) *find(change.aor) = std::move(user);
  return answer;
}

Answer Offline::apply(const proxy::RemoveUser& remove) {
  const auto* user = find(remove.aor);
  if (user == nullptr) return no_user();
  Changes changes;
  for (const auto& device : known_.devices) {
    if (device.user_id != user->id) continue;
    for (const auto& binding : known_.bindings)
      if (binding.device_id == device.id) changes.emplace_back(Erase{Table::binding, binding.id});
    changes.emplace_back(Erase{Table::device, device.id});
  }
  changes.emplace_back(Erase{Table::user, user->id});
  auto answer = commit(changes, Done{user->id, std::nullopt, 0});
  if (std::holds_alternative<Done>(answer)) by_aor_.erase(by_aor_.find(remove.aor));
  return answer;
}

Answer Offline::apply(const proxy::RemoveRegistration& remove) {
  for (const auto& binding : known_.bindings)
    if (binding.id == remove.id)
      return commit({Erase{Table::binding, remove.id}}, Done{remove.id, std::nullopt, 0});
  return Refused{404, "id", "no such registration"};
}

Answer Offline::apply(const proxy::AddToken& add) {
  proxy::record::ApiToken token{known_.last_ids.token + 1, add.name, add.hash, now()};
  auto answer = commit({token}, Done{token.id, std::nullopt, 0});
  if (std::holds_alternative<Done>(answer)) {
    known_.last_ids.token = token.id;
    known_.tokens.push_back(std::move(token));
  }
  return answer;
}

Answer Offline::apply(const proxy::ImportUsers& import) {
  Changes changes;
  auto last_id = known_.last_ids.user;
  for (const auto& add : import.users) {
    const auto* known = find(add.aor);
    User user = known != nullptr ? *known : User{};
    if (known == nullptr) {
      user.id = ++last_id;
      user.aor = add.aor;
      user.created_at = now();
    }
    user.display_name = add.display_name;
    set_secrets(user, add);
    changes.emplace_back(std::move(user));
  }
  auto answer = commit(changes, Done{0, std::nullopt, import.users.size()});
  if (!std::holds_alternative<Done>(answer)) return answer;
  known_.last_ids.user = last_id;
  for (auto& change : changes) {
    auto& user = std::get<User>(change);
    if (auto* known = find(user.aor)) {
      *known = std::move(user);
      continue;
    }
    by_aor_.emplace(user.aor, known_.users.size());
    known_.users.push_back(std::move(user));
  }
  return answer;
}

Answer Offline::apply(const proxy::SetAdministrator& set) {
  return commit({proxy::record::Setting{std::string{proxy::record::administrator_key}, set.hash}},
                Done{});
}

}  // namespace app::cli
