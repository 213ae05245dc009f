#include "proxy/core/engine/admin_desk.hpp"

// What the owner does to devices and calls, and the audit of it all.

namespace proxy {
namespace {

/// What a change is called in the audit, to whom it was done, and which of its parts. Never a
/// secret.
struct Deed {
  std::string what{};
  std::string target{};
  std::string detail{};
};

std::string text_of(const record::RowName& which) {
  return which.id != 0 ? std::to_string(which.id) : which.name;
}

template <class Fields>
std::string names_of(const Fields& fields) {
  std::string names;
  record::each_member(fields, fields,
                      [&](std::string_view name, record::Shown, const auto& member, const auto&) {
                        if (member) names.append(names.empty() ? "" : ", ").append(name);
                      });
  return names;
}

struct Describe {
  Deed operator()(const AddUser& add) const { return {"user.add", add.aor, ""}; }
  Deed operator()(const ChangeUser& change) const {
    std::string detail;
    const auto name = [&](std::string_view part) {
      detail.append(detail.empty() ? "" : ", ").append(part);
    };
    if (change.password) name("password");
    if (change.display_name) name("display_name");
    if (change.enabled) name(*change.enabled ? "enabled" : "disabled");
    if (change.max_contacts) name("max_contacts");
    if (const auto names = names_of(change.forwarding); !names.empty()) name(names);
    return {"user.change", change.aor, detail};
  }
  Deed operator()(const RemoveUser& remove) const { return {"user.remove", remove.aor, ""}; }
  Deed operator()(const ImportUsers& import) const {
    const auto first = import.users.empty() ? std::string{} : import.users.front().aor;
    return {"user.import", first, std::to_string(import.users.size()) + " users"};
  }
  Deed operator()(const RemoveRegistration& remove) const {
    return {"registration.remove", std::to_string(remove.id), ""};
  }
  Deed operator()(const RemoveDevice& remove) const {
    return {"device.forget", std::to_string(remove.id), ""};
  }
  Deed operator()(const EndCall& end) const { return {"call.end", std::to_string(end.id), ""}; }
  Deed operator()(const TestPush& test) const {
    return {"device.test_push", std::to_string(test.id), ""};
  }
  Deed operator()(const RingTest& test) const {
    return {"device.ring_test", std::to_string(test.id), ""};
  }
  Deed operator()(const AddToken& add) const {
    return {"token.add", add.name, std::string{record::to_string(add.scope)}};
  }
  Deed operator()(const ChangeToken& change) const {
    std::string detail;
    const auto name = [&](std::string_view part) {
      detail.append(detail.empty() ? "" : ", ").append(part);
    };
    if (change.name) name("name");
    if (change.scope) name(std::string{"scope "}.append(record::to_string(*change.scope)));
    if (change.expires_at) name("expires_at");
    return {"token.change", std::to_string(change.id), detail};
  }
  Deed operator()(const RemoveToken& remove) const {
    return {"token.revoke", std::to_string(remove.id), ""};
  }
  Deed operator()(const AddBan& add) const { return {"ban.add", add.address, ""}; }
  Deed operator()(const LiftBan& lift) const {
    return {"ban.lift", lift.id != 0 ? std::to_string(lift.id) : lift.address, ""};
  }
  Deed operator()(const SetAdministrator&) const { return {"administrator.password", "", ""}; }
  Deed operator()(const AddTrunk& add) const {
    return {"trunk.add", add.fields.name.value_or(""), ""};
  }
  Deed operator()(const ChangeTrunk& change) const {
    return {"trunk.change", text_of(change.which), names_of(change.fields)};
  }
  Deed operator()(const RemoveTrunk& remove) const {
    return {"trunk.remove", text_of(remove.which), ""};
  }
  Deed operator()(const AddRoute& add) const {
    return {"route.add", add.fields.name.value_or(""), ""};
  }
  Deed operator()(const ChangeRoute& change) const {
    return {"route.change", text_of(change.which), names_of(change.fields)};
  }
  Deed operator()(const RemoveRoute& remove) const {
    return {"route.remove", text_of(remove.which), ""};
  }
  Deed operator()(const AddGroup& add) const {
    return {"group.add", add.fields.aor.value_or(""), ""};
  }
  Deed operator()(const ChangeGroup& change) const {
    return {"group.change", change.aor, names_of(change.fields)};
  }
  Deed operator()(const RemoveGroup& remove) const { return {"group.remove", remove.aor, ""}; }
  Deed operator()(const NoteTokenUse&) const { return {}; }
  Deed operator()(const NoteDeed& note) const { return {note.what, note.target, ""}; }
};

}  // namespace

void AdminDesk::restore(const record::Snapshot& snapshot) {
  last_token_ = snapshot.last_ids.token;
  last_audit_ = snapshot.last_ids.audit;
  for (const auto& row : snapshot.tokens) tokens_.emplace(row.id, row);
}

view::Answer AdminDesk::change(const RemoveDevice& remove, Undo& undo) {
  const auto* entry = core_.directory.device(remove.id);
  if (!entry) return view::Refused{404, "id", "there is no such device"};
  undo.devices.push_back(*entry);
  for (const auto& contact : entry->contacts)
    core_.write(record::Erase{record::Table::binding, contact.row.id});
  core_.directory.remove_device(remove.id);
  core_.write(record::Erase{record::Table::device, remove.id});
  view::Done done;
  done.id = remove.id;
  done.count = 1;
  return done;
}

view::Answer AdminDesk::change(const EndCall& end, Undo&) {
  const auto found = book_.calls().find(end.id);
  if (found == book_.calls().end())
    return view::Refused{404, "id", "there is no live call with this id"};
  if (!calls_.end_by_owner(end.id))
    return view::Refused{409, "state", "only a held or ringing call can be hung up"};
  view::Done done;
  done.id = end.id;
  done.count = 1;
  return done;
}

view::Answer AdminDesk::change(const TestPush& test, Undo&) {
  constexpr sip::Duration patience{30'000};
  const auto* entry = core_.directory.device(test.id);
  if (!entry) return view::Refused{404, "id", "there is no such device"};
  if (!entry->row.push) return view::Refused{409, "", "this device gave no push coordinates"};
  if (!entry->row.token_dead.empty())
    return view::Refused{409, "", "its token is dead: " + entry->row.token_dead};
  if (!wakes_.ask(test.id, {}, patience))
    return view::Refused{409, "", "no push service is configured for it, or its budget is spent"};
  view::Done done;
  done.id = test.id;
  done.count = 1;
  return done;
}

view::Answer AdminDesk::change(const RingTest& test, Undo&) { return rings_.begin(test.id); }

view::Answer AdminDesk::change(const NoteDeed&, Undo&) { return view::Done{}; }

void AdminDesk::audit(const AdminRequest& request) {
  if (request.actor.who.empty()) return;
  auto deed = std::visit(Describe{}, request.change);
  if (deed.what.empty()) return;
  const auto id = ++last_audit_;
  core_.write(record::Audit{id, core_.now.wall, request.actor.who, request.actor.from,
                            std::move(deed.what), std::move(deed.target), std::move(deed.detail)});
  if (id > record::most_audits)
    core_.write(record::Erase{record::Table::audit, id - record::most_audits});
}

}  // namespace proxy
