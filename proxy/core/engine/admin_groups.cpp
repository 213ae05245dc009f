#include <algorithm>

#include "proxy/core/engine/admin_desk.hpp"
#include "proxy/core/engine/forwarding_check.hpp"
#include "proxy/core/engine/if_match.hpp"
#include "proxy/core/engine/route_choice.hpp"
#include "proxy/core/record/trunk_fields.hpp"
#include "proxy/core/record/version.hpp"
#include "proxy/core/settings/identity.hpp"
#include "sipstack/message/uri.hpp"

// Hunt groups as the owner makes, changes and removes them.

namespace proxy {
namespace {

constexpr std::size_t groups_max = 200;
constexpr std::size_t members_max = 32;
constexpr std::size_t aor_max = 256;
constexpr std::uint32_t ring_s_max = 600;

/// "sales" or "sales@example.com" as it is stored; nothing when it cannot be in a domain of ours.
std::optional<std::string> own_aor(std::string_view text, const Settings& settings) {
  if (text.empty() || text.size() > aor_max) return std::nullopt;
  const auto uri = uri_of_number(text, settings);
  const auto parsed = sip::UriView::parse(uri);
  if (!parsed || parsed->user.empty() || !parsed->params.text().empty() || parsed->port != 0)
    return std::nullopt;
  return local_aor(*parsed, settings);
}

view::Done done(record::Group row) {
  view::Done done;
  done.id = row.id;
  done.count = 1;
  done.group = std::move(row);
  return done;
}

view::Refused no_such_group() { return {404, "aor", "there is no such group"}; }

}  // namespace

const record::Group* AdminDesk::find_group(const std::string& aor) const {
  const auto own = own_aor(aor, *core_.settings);
  return own ? core_.groups.find(*own) : nullptr;
}

/// Puts the fields into the row, as they are stored, or says what is wrong with them.
std::optional<view::Refused> AdminDesk::fill(record::Group& row,
                                             const record::GroupFields& fields) const {
  const auto& settings = *core_.settings;
  record::apply(fields, row);
  auto aor = own_aor(row.aor, settings);
  if (!aor) return view::Refused{400, "aor", "not of the form user@domain in one of our domains"};
  row.aor = *std::move(aor);
  const auto* other = core_.groups.find(row.aor);
  if (other != nullptr && other->id != row.id)
    return view::Refused{409, "aor", "another group has this address"};
  if (core_.directory.find_user(row.aor)) return view::Refused{409, "aor", "this is a user"};
  if (row.strategy != "parallel" && row.strategy != "serial")
    return view::Refused{400, "strategy", "must be parallel or serial"};
  if (row.ring_s == 0 || row.ring_s > ring_s_max)
    return view::Refused{400, "ring_s", "must be 1 to 600"};
  if (auto fault = fault_of_target("forward_no_answer", row.forward_no_answer, row.aor, settings))
    return fault;
  return fields.members ? fill_members(row) : std::nullopt;
}

std::optional<view::Refused> AdminDesk::fill_members(record::Group& row) const {
  std::vector<std::string> members;
  for (const auto& written : members_of(row)) {
    const auto aor = own_aor(written, *core_.settings);
    if (!aor || !core_.directory.find_user(*aor))
      return view::Refused{409, "members", "there is no such user: " + written};
    if (std::ranges::count(members, *aor) != 0)
      return view::Refused{400, "members", *aor + " is named twice"};
    members.push_back(*aor);
  }
  if (members.size() > members_max) return view::Refused{400, "members", "more than 32"};
  row.members.clear();
  for (const auto& aor : members) row.members.append(row.members.empty() ? "" : "\n").append(aor);
  return std::nullopt;
}

view::Answer AdminDesk::change(const AddGroup& add, Undo& undo) {
  record::Group row;
  if (auto refused = fill(row, add.fields)) return *std::move(refused);
  if (core_.groups.groups().size() >= groups_max)
    return view::Refused{409, "", "there are 200 groups already; remove some"};
  row.id = core_.groups.next_id();
  row.created_at = core_.now.wall;
  undo.new_group = row.id;
  core_.groups.put(row);
  core_.write(row);
  return done(std::move(row));
}

view::Answer AdminDesk::change(const ChangeGroup& wanted, Undo& undo) {
  const auto* known = find_group(wanted.aor);
  if (known == nullptr) return no_such_group();
  if (!is_one_of(record::version_of(*known), wanted.if_match)) return changed_since();
  record::Group row = *known;
  if (auto refused = fill(row, wanted.fields)) return *std::move(refused);
  undo.group = *known;
  core_.groups.put(row);
  core_.write(row);
  return done(std::move(row));
}

view::Answer AdminDesk::change(const RemoveGroup& remove, Undo& undo) {
  const auto* known = find_group(remove.aor);
  if (known == nullptr) return no_such_group();
  if (!is_one_of(record::version_of(*known), remove.if_match)) return changed_since();
  const auto id = known->id;
  undo.group = *known;
  core_.groups.remove(id);
  core_.write(record::Erase{record::Table::hunt_group, id});
  view::Done done;
  done.id = id;
  done.count = 1;
  return done;
}

void AdminDesk::undo_group(const Undo& undo) {
  if (undo.new_group != 0) core_.groups.remove(undo.new_group);
  if (undo.group) core_.groups.put(*undo.group);
}

}  // namespace proxy
