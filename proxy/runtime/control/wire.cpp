#include "proxy/runtime/control/wire.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace proxy::runtime::control {
namespace {

using Json = nlohmann::json;

/// Why a line is no request; caught where the line is decoded.
class BadLine : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One line, whatever bytes are in it: what is not UTF-8 was refused before it came here.
std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Fields>
void put_fields(Json& json, const Fields& fields) {
  record::each_member(
      fields, fields,
      [&json](std::string_view name, record::Shown, const auto& member, const auto&) {
        if (member) json[std::string{name}] = *member;
      });
}

Json user_json(const AddUser& user) {
  Json json{{"aor", user.aor}};
  const auto put = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  put("password", user.password);
  put("display_name", user.display_name);
  put("ha1_md5", user.ha1_md5);
  put("ha1_sha256", user.ha1_sha256);
  put("ha1_sha512_256", user.ha1_sha512_256);
  if (user.max_contacts != 0) json["max_contacts"] = user.max_contacts;
  put_fields(json, user.forwarding);
  return json;
}

template <class Fields>
Json fields_json(const char* cmd, const Fields& fields) {
  Json json{{"cmd", cmd}};
  put_fields(json, fields);
  return json;
}

Json named(Json json, const record::RowName& which) {
  json["which"] = which.id;
  json["which_name"] = which.name;
  return json;
}

struct Encoder {
  Json operator()(const AddUser& add) const {
    auto json = user_json(add);
    json["cmd"] = "add_user";
    return json;
  }
  Json operator()(const ChangeUser& change) const {
    Json json{{"cmd", "change_user"}, {"aor", change.aor}};
    if (change.password) json["password"] = *change.password;
    if (change.display_name) json["display_name"] = *change.display_name;
    if (change.enabled) json["enabled"] = *change.enabled;
    if (change.max_contacts) json["max_contacts"] = *change.max_contacts;
    put_fields(json, change.forwarding);
    return json;
  }
  Json operator()(const ChangeToken& change) const {
    Json json{{"cmd", "change_token"}, {"id", change.id}};
    if (change.name) json["name"] = *change.name;
    if (change.scope) json["scope"] = record::to_string(*change.scope);
    if (change.expires_at) json["expires_at"] = nullptr;
    if (change.expires_at && *change.expires_at)
      json["expires_at"] = (**change.expires_at).time_since_epoch().count();
    return json;
  }
  Json operator()(const RemoveDevice& remove) const {
    return {{"cmd", "remove_device"}, {"id", remove.id}};
  }
  Json operator()(const EndCall& end) const { return {{"cmd", "end_call"}, {"id", end.id}}; }
  Json operator()(const TestPush& test) const { return {{"cmd", "test_push"}, {"id", test.id}}; }
  Json operator()(const RingTest& test) const { return {{"cmd", "ring_test"}, {"id", test.id}}; }
  Json operator()(const RemoveToken& remove) const {
    return {{"cmd", "remove_token"}, {"id", remove.id}};
  }
  Json operator()(const NoteTokenUse& use) const {
    return {{"cmd", "note_token_use"}, {"id", use.id}};
  }
  Json operator()(const NoteDeed& note) const {
    return {{"cmd", "note"}, {"what", note.what}, {"target", note.target}};
  }
  Json operator()(const RemoveUser& remove) const {
    return {{"cmd", "remove_user"}, {"aor", remove.aor}};
  }
  Json operator()(const RemoveRegistration& remove) const {
    return {{"cmd", "remove_registration"}, {"id", remove.id}};
  }
  Json operator()(const AddToken& add) const {
    Json json{{"cmd", "add_token"},
              {"name", add.name},
              {"hash", add.hash},
              {"scope", record::to_string(add.scope)}};
    if (add.expires_at) json["expires_at"] = add.expires_at->time_since_epoch().count();
    return json;
  }
  Json operator()(const SetAdministrator& set) const {
    return {{"cmd", "set_administrator"}, {"hash", set.hash}};
  }
  Json operator()(const AddBan& add) const {
    Json json{{"cmd", "add_ban"}, {"address", add.address}, {"reason", add.reason}};
    if (add.duration) json["duration_ms"] = add.duration->count();
    return json;
  }
  Json operator()(const LiftBan& lift) const {
    return {{"cmd", "lift_ban"}, {"id", lift.id}, {"address", lift.address}};
  }
  Json operator()(const AddTrunk& add) const { return fields_json("add_trunk", add.fields); }
  Json operator()(const AddRoute& add) const { return fields_json("add_route", add.fields); }
  Json operator()(const ChangeTrunk& change) const {
    return named(fields_json("change_trunk", change.fields), change.which);
  }
  Json operator()(const ChangeRoute& change) const {
    return named(fields_json("change_route", change.fields), change.which);
  }
  Json operator()(const AddGroup& add) const { return fields_json("add_group", add.fields); }
  Json operator()(const ChangeGroup& change) const {
    auto json = fields_json("change_group", change.fields);
    json["which_name"] = change.aor;
    return json;
  }
  Json operator()(const RemoveGroup& remove) const {
    return {{"cmd", "remove_group"}, {"which_name", remove.aor}};
  }
  Json operator()(const RemoveTrunk& remove) const {
    return named({{"cmd", "remove_trunk"}}, remove.which);
  }
  Json operator()(const RemoveRoute& remove) const {
    return named({{"cmd", "remove_route"}}, remove.which);
  }
  Json operator()(const ImportUsers& import) const {
    auto users = Json::array();
    for (const auto& user : import.users) users.push_back(user_json(user));
    return {{"cmd", "import_users"}, {"users", std::move(users)}};
  }
};

std::optional<std::string> maybe_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (!found->is_string()) throw BadLine{std::string{name} + " must be a string"};
  return found->get<std::string>();
}

std::string text(const Json& object, const char* name) {
  auto found = maybe_text(object, name);
  if (!found) throw BadLine{std::string{name} + " is missing"};
  return *std::move(found);
}

std::optional<std::int64_t> maybe_number(const Json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (!found->is_number_integer()) throw BadLine{name + " must be a number"};
  return found->get<std::int64_t>();
}

/// What is no number of contacts is refused by the engine.
std::optional<std::uint32_t> max_contacts(const Json& object) {
  const auto number = maybe_number(object, "max_contacts");
  if (!number) return std::nullopt;
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (*number < 0 || *number > most) throw BadLine{"max_contacts must be a number from 0 on"};
  return static_cast<std::uint32_t>(*number);
}

void read_member(const Json& object, std::string_view name, std::optional<std::string>& member) {
  member = maybe_text(object, std::string{name}.c_str());
}
void read_member(const Json& object, std::string_view name, std::optional<bool>& member) {
  const auto found = object.find(std::string{name});
  if (found == object.end()) return;
  if (!found->is_boolean()) throw BadLine{std::string{name} + " must be true or false"};
  member = found->get<bool>();
}
void read_member(const Json& object, std::string_view name, std::optional<std::uint32_t>& member) {
  const auto value = maybe_number(object, std::string{name});
  if (!value) return;
  if (*value < 0 || *value > std::numeric_limits<std::uint32_t>::max())
    throw BadLine{std::string{name} + " is out of range"};
  member = static_cast<std::uint32_t>(*value);
}

template <class Fields>
Fields read_fields(const Json& object) {
  Fields fields;
  record::each_member(fields, fields,
                      [&object](std::string_view name, record::Shown, auto& member, const auto&) {
                        read_member(object, name, member);
                      });
  return fields;
}

AddUser read_user(const Json& object) {
  if (!object.is_object()) throw BadLine{"a user must be an object"};
  return {text(object, "aor"),
          maybe_text(object, "password").value_or(""),
          maybe_text(object, "display_name").value_or(""),
          maybe_text(object, "ha1_md5").value_or(""),
          maybe_text(object, "ha1_sha256").value_or(""),
          maybe_text(object, "ha1_sha512_256").value_or(""),
          max_contacts(object).value_or(0),
          read_fields<record::ForwardingFields>(object)};
}

ChangeUser read_change_user(const Json& object) {
  ChangeUser change{text(object, "aor"), maybe_text(object, "password"),
                    maybe_text(object, "display_name"), std::nullopt};
  if (const auto found = object.find("enabled"); found != object.end()) {
    if (!found->is_boolean()) throw BadLine{"enabled must be true or false"};
    change.enabled = found->get<bool>();
  }
  change.max_contacts = max_contacts(object);
  change.forwarding = read_fields<record::ForwardingFields>(object);
  return change;
}

AddBan read_add_ban(const Json& object) {
  AddBan add{text(object, "address"), maybe_text(object, "reason").value_or(""), std::nullopt};
  if (const auto ms = maybe_number(object, "duration_ms")) add.duration = sip::Duration{*ms};
  return add;
}

std::int64_t number(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer())
    throw BadLine{std::string{name} + " must be a number"};
  return found->get<std::int64_t>();
}

record::Scope read_scope(const std::string& name) {
  const auto scope = record::parse_scope(name);
  if (!scope) throw BadLine{"scope must be read, write or admin"};
  return *scope;
}

AddToken read_token(const Json& object) {
  const auto scope = read_scope(maybe_text(object, "scope").value_or("admin"));
  AddToken add{text(object, "name"), text(object, "hash"), scope, {}};
  if (object.contains("expires_at"))
    add.expires_at = sip::WallTime{std::chrono::milliseconds{number(object, "expires_at")}};
  return add;
}

ChangeToken read_change_token(const Json& object) {
  ChangeToken change;
  change.id = number(object, "id");
  change.name = maybe_text(object, "name");
  if (const auto scope = maybe_text(object, "scope")) change.scope = read_scope(*scope);
  const auto ends = object.find("expires_at");
  if (ends == object.end()) return change;
  change.expires_at.emplace();
  if (!ends->is_null())
    change.expires_at->emplace(std::chrono::milliseconds{number(object, "expires_at")});
  return change;
}

ImportUsers read_import(const Json& object) {
  constexpr std::size_t users_max = 500;
  const auto found = object.find("users");
  if (found == object.end() || !found->is_array()) throw BadLine{"users must be a list"};
  if (found->size() > users_max) throw BadLine{"more than 500 users in one request"};
  ImportUsers import;
  import.users.reserve(found->size());
  for (const auto& user : *found) import.users.push_back(read_user(user));
  return import;
}

record::RowName read_which(const Json& object) {
  return {maybe_number(object, "which").value_or(0), maybe_text(object, "which_name").value_or("")};
}

std::optional<Change> read_trunk_change(const Json& object, std::string_view cmd) {
  if (cmd == "add_trunk") return AddTrunk{read_fields<record::TrunkFields>(object)};
  if (cmd == "add_route") return AddRoute{read_fields<record::RouteFields>(object)};
  if (cmd == "change_trunk")
    return ChangeTrunk{read_which(object), read_fields<record::TrunkFields>(object)};
  if (cmd == "change_route")
    return ChangeRoute{read_which(object), read_fields<record::RouteFields>(object)};
  if (cmd == "remove_trunk") return RemoveTrunk{read_which(object)};
  if (cmd == "remove_route") return RemoveRoute{read_which(object)};
  if (cmd == "add_group") return AddGroup{read_fields<record::GroupFields>(object)};
  if (cmd == "change_group")
    return ChangeGroup{text(object, "which_name"), read_fields<record::GroupFields>(object)};
  if (cmd == "remove_group") return RemoveGroup{text(object, "which_name")};
  return std::nullopt;
}

Change read_change(const Json& object) {
  if (!object.is_object()) throw BadLine{"a request must be a JSON object"};
  const auto cmd = text(object, "cmd");
  if (cmd == "add_user") return read_user(object);
  if (cmd == "change_user") return read_change_user(object);
  if (cmd == "remove_user") return RemoveUser{text(object, "aor")};
  if (cmd == "remove_registration") return RemoveRegistration{number(object, "id")};
  if (cmd == "add_token") return read_token(object);
  if (cmd == "remove_device") return RemoveDevice{number(object, "id")};
  if (cmd == "test_push") return TestPush{number(object, "id")};
  if (cmd == "ring_test") return RingTest{number(object, "id")};
  if (cmd == "end_call") return EndCall{number(object, "id")};
  if (cmd == "change_token") return read_change_token(object);
  if (cmd == "remove_token") return RemoveToken{number(object, "id")};
  if (cmd == "note_token_use") return NoteTokenUse{number(object, "id")};
  if (cmd == "note") return NoteDeed{text(object, "what"), text(object, "target")};
  if (cmd == "set_administrator") return SetAdministrator{text(object, "hash")};
  if (cmd == "import_users") return read_import(object);
  if (cmd == "add_ban") return read_add_ban(object);
  if (cmd == "lift_ban")
    return LiftBan{maybe_number(object, "id").value_or(0),
                   maybe_text(object, "address").value_or("")};
  if (auto change = read_trunk_change(object, cmd)) return *std::move(change);
  throw BadLine{"unknown command"};
}

/// Not more than a request can need: [{...}] inside the object.
Json parse_line(std::string_view line) {
  constexpr int deepest = 4;
  bool too_deep = false;
  const auto look = [&](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  auto json = Json::parse(line.begin(), line.end(), look, false);
  if (too_deep || json.is_discarded()) throw BadLine{"not one line of JSON"};
  return json;
}

view::Answer read_answer(const Json& object) {
  const auto ok = object.find("ok");
  if (!object.is_object() || ok == object.end() || !ok->is_boolean())
    throw BadLine{"an answer without ok"};
  const auto number = [&](const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  if (ok->get<bool>())
    return view::Done{number("id"), std::nullopt, static_cast<std::size_t>(number("count"))};
  return view::Refused{static_cast<int>(number("status")), maybe_text(object, "field").value_or(""),
                       text(object, "why")};
}

}  // namespace

std::string encode(const Change& change) { return one_line(std::visit(Encoder{}, change)); }

std::variant<Change, view::Refused> decode_change(std::string_view line) {
  try {
    return read_change(parse_line(line));
  } catch (const BadLine& bad) {
    return view::Refused{400, "", bad.what()};
  }
}

std::string encode(const view::Answer& answer) {
  if (const auto* done = std::get_if<view::Done>(&answer))
    return one_line({{"ok", true}, {"id", done->id}, {"count", done->count}});
  if (const auto* refused = std::get_if<view::Refused>(&answer))
    return one_line({{"ok", false},
                     {"status", refused->status},
                     {"field", refused->field},
                     {"why", refused->why}});
  return one_line(
      {{"ok", false}, {"status", 500}, {"field", ""}, {"why", "not an answer to this"}});
}

view::Answer decode_answer(std::string_view line) {
  try {
    return read_answer(parse_line(line));
  } catch (const BadLine& bad) {
    return view::Refused{502, "", std::string{"the server's answer cannot be read: "} + bad.what()};
  }
}

}  // namespace proxy::runtime::control
