#include "proxy/core/engine/admin_desk.hpp"
#include "proxy/core/engine/if_match.hpp"
#include "proxy/core/record/version.hpp"

// Tokens of the API. The store keeps their hashes; who presents one is looked up there.

namespace proxy {
namespace {

constexpr std::size_t name_max = 256;
constexpr std::size_t tokens_max = 1'000;

}  // namespace

view::Answer AdminDesk::change(const AddToken& add, Undo& undo) {
  if (add.name.empty() || add.name.size() > name_max)
    return view::Refused{400, "name", "must have 1 to 256 bytes"};
  if (add.expires_at && *add.expires_at <= core_.now.wall)
    return view::Refused{400, "expires_at", "must lie in the future"};
  if (tokens_.size() >= tokens_max)
    return view::Refused{409, "", "there are 1,000 tokens already; revoke some"};
  record::ApiToken row{++last_token_, add.name,       add.hash,    core_.now.wall,
                       add.scope,     add.expires_at, std::nullopt};
  tokens_.emplace(row.id, row);
  undo.new_token = row.id;
  core_.write(row);
  view::Done done;
  done.id = row.id;
  done.count = 1;
  done.token = std::move(row);
  return done;
}

view::Answer AdminDesk::change(const ChangeToken& wanted, Undo& undo) {
  const auto found = tokens_.find(wanted.id);
  if (found == tokens_.end()) return view::Refused{404, "id", "there is no such token"};
  auto& row = found->second;
  if (!is_one_of(record::version_of(row), wanted.if_match)) return changed_since();
  if (wanted.name && (wanted.name->empty() || wanted.name->size() > name_max))
    return view::Refused{400, "name", "must have 1 to 256 bytes"};
  const auto ends = wanted.expires_at.value_or(std::nullopt);
  if (ends && *ends <= core_.now.wall)
    return view::Refused{400, "expires_at", "must lie in the future"};
  undo.token = row;
  if (wanted.name) row.name = *wanted.name;
  if (wanted.scope) row.scope = *wanted.scope;
  if (wanted.expires_at) row.expires_at = ends;
  core_.write(row);
  view::Done done;
  done.id = row.id;
  done.count = 1;
  done.token = row;
  return done;
}

view::Answer AdminDesk::change(const RemoveToken& remove, Undo& undo) {
  const auto found = tokens_.find(remove.id);
  if (found == tokens_.end()) return view::Refused{404, "id", "there is no such token"};
  if (!is_one_of(record::version_of(found->second), remove.if_match)) return changed_since();
  undo.token = std::move(found->second);
  tokens_.erase(found);
  core_.write(record::Erase{record::Table::api_token, remove.id});
  view::Done done;
  done.id = remove.id;
  done.count = 1;
  return done;
}

view::Answer AdminDesk::change(const NoteTokenUse& use, Undo&) {
  const auto found = tokens_.find(use.id);
  if (found == tokens_.end()) return view::Refused{404, "id", "there is no such token"};
  found->second.last_used = core_.now.wall;
  core_.write(found->second);
  return view::Done{};
}

void AdminDesk::undo_token(const Undo& undo) {
  tokens_.erase(undo.new_token);
  if (undo.token) tokens_.insert_or_assign(undo.token->id, *undo.token);
}

}  // namespace proxy
