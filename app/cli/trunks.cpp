#include "app/cli/trunks.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/api_door.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/password.hpp"
#include "app/cli/table.hpp"
#include "proxy/runtime/log/escape.hpp"
#include "web/api/target.hpp"

namespace app::cli {
namespace {

using Json = nlohmann::ordered_json;
using proxy::runtime::log::printable;
using web::api::escape_segment;

std::unique_ptr<ApiDoor> door_of(const Place& place) {
  return ApiDoor::open(place.load_with_names());
}

template <class Value>
void put(Json& body, const char* name, const std::optional<Value>& value) {
  if (value) body[name] = *value;
}
/// A list with nothing in it but '' is an empty one.
void put(Json& body, const char* name, const std::vector<std::string>& list) {
  if (list == std::vector<std::string>{""})
    body[name] = Json::array();
  else if (!list.empty())
    body[name] = list;
}

struct Login {
  const char* username_field;
  const char* password_field;
  const std::optional<std::string>& username;
  const std::optional<std::string>& password;
};

/// A user name that is taken back takes its password with it; a new one asks for its own.
void put(Json& body, const Login& login, bool asks) {
  put(body, login.username_field, login.username);
  if (login.username && login.username->empty())
    body[login.password_field] = "";
  else if (login.password || (asks && login.username))
    body[login.password_field] =
        read_password(login.password.value_or(""), login.username.value_or("the trunk"));
}

std::string text_of(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int add(const Place& place, const std::string& target, const Json& body) {
  const auto made = Json::parse(door_of(place)->post(target, text_of(body)));
  std::cout << "added " << printable(made.at("name").get<std::string>()) << '\n';
  return Exit::done;
}

int set(const Place& place, const std::string& target, const std::string& which, const Json& body) {
  if (body.empty()) throw BadUsage{"say what to set (see --help)"};
  door_of(place)->patch(target + escape_segment(which), text_of(body));
  std::cout << "changed " << printable(which) << '\n';
  return Exit::done;
}

int remove(const LookOptions& options, const std::string& target) {
  door_of(options.place)->remove(target + escape_segment(options.id));
  std::cout << "removed " << printable(options.id) << '\n';
  return Exit::done;
}

Json fields_of(const TrunkOptions& options, bool is_new) {
  Json body = Json::object();
  put(body, "enabled", options.enabled);
  put(body, "targets", options.targets);
  put(body, "sources", options.sources);
  put(body, "domain", options.domain);
  put(body, {"username", "password", options.username, options.password}, is_new);
  put(body,
      {"inbound_username", "inbound_password", options.inbound_username, options.inbound_password},
      is_new);
  put(body, "inbound_certificate", options.inbound_certificate);
  put(body, "tls_name", options.tls_name);
  put(body, "register", options.registers);
  put(body, "asserts_identity", options.asserts_identity);
  put(body, "expires_s", options.expires);
  put(body, "probe_s", options.probe);
  put(body, "channels", options.channels);
  return body;
}

Json fields_of(const RouteOptions& options) {
  Json body = Json::object();
  put(body, "enabled", options.enabled);
  put(body, "from", options.from);
  put(body, "caller", options.caller);
  put(body, "callee", options.callee);
  put(body, "prepend", options.prepend);
  put(body, "set_caller", options.set_caller);
  put(body, "user", options.user);
  put(body, "trunk", options.trunk);
  put(body, "position", options.position);
  put(body, "strip", options.strip);
  put(body, "reject", options.reject);
  put(body, "emergency", options.emergency);
  return body;
}

/// Where a route leads, in one word for the table.
void add_end(Json& route) {
  const auto text = [&](const char* name) {
    return route.at(name).is_null() ? std::string{} : route.at(name).get<std::string>();
  };
  std::string to = "user " + text("user");
  if (!text("trunk").empty()) to = "trunk " + text("trunk");
  if (!route.at("reject").is_null()) to = "reject " + route.at("reject").dump();
  if (!text("set_caller").empty()) to += " from " + text("set_caller");
  if (route.at("emergency").get<bool>()) to += " (emergency)";
  route["to"] = to;
}

std::string text_of(const Json& object, const char* name) {
  const auto& value = object.at(name);
  return value.is_null() ? std::string{} : printable(value.get<std::string>());
}

/// "registered, 1 call, udp:192.0.2.10:5060 does not answer"; empty when nothing is to be said, or
/// the server is down.
std::string state_of(const Json& trunk) {
  const auto state = trunk.find("state");
  if (state == trunk.end() || state->is_null()) return "";
  std::string out;
  const auto say = [&](const std::string& what) {
    out.append(out.empty() ? "" : ", ").append(what);
  };
  if (const auto& registration = state->at("registration"); !registration.is_null()) {
    const auto why = text_of(registration, "why");
    say("registration: " + text_of(registration, "state") + (why.empty() ? "" : " (" + why + ")"));
  }
  if (const auto calls = state->at("calls").get<std::size_t>(); calls != 0)
    say(std::to_string(calls) + (calls == 1 ? " call" : " calls"));
  for (const auto& target : state->at("targets"))
    if (target.at("up") == false) say(text_of(target, "to") + " does not answer");
  return out;
}

std::string with(std::string target, const char* name, const std::string& value) {
  if (value.empty()) return target;
  return target + (target.find('?') == std::string::npos ? "?" : "&") + name + '=' +
         escape_segment(value);
}

std::string sentence(const Json& end) {
  const auto kind = text_of(end, "kind");
  if (kind == "reject") return "refused with " + end.at("status").dump();
  std::string out = "to the " + kind + ' ' + text_of(end, "to");
  if (kind == "trunk") out += " as " + text_of(end, "number");
  if (!end.at("caller").is_null()) out += " from " + text_of(end, "caller");
  return out + (end.at("emergency").get<bool>() ? " (emergency: no limit holds)" : "");
}

}  // namespace

int trunk_list(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"ID", "id"},
                               TableColumn{"NAME", "name"},
                               TableColumn{"ENABLED", "enabled"},
                               TableColumn{"REGISTER", "register"},
                               TableColumn{"CHANNELS", "channels"},
                               TableColumn{"TARGETS", "targets"},
                               TableColumn{"STATE", "now"}};
  auto rows = read_list(*door_of(options.place), "/api/v1/trunks", options.limit);
  if (options.json) return print(options, columns, rows);
  for (auto& row : rows) {
    row["now"] = state_of(row);
    if (row.at("channels") == 0) row["channels"] = nullptr;
  }
  return print(options, columns, rows);
}

int trunk_add(const TrunkOptions& options) {
  auto body = fields_of(options, true);
  body["name"] = options.name;
  return add(options.place, "/api/v1/trunks", body);
}

int trunk_set(const TrunkOptions& options) {
  return set(options.place, "/api/v1/trunks/", options.name, fields_of(options, false));
}

int trunk_remove(const LookOptions& options) { return remove(options, "/api/v1/trunks/"); }

int route_list(const LookOptions& options) {
  constexpr std::array columns{
      TableColumn{"POSITION", "position"}, TableColumn{"ID", "id"},
      TableColumn{"NAME", "name"},         TableColumn{"ENABLED", "enabled"},
      TableColumn{"FROM", "from"},         TableColumn{"CALLER", "caller"},
      TableColumn{"CALLEE", "callee"},     TableColumn{"STRIP", "strip"},
      TableColumn{"PREPEND", "prepend"},   TableColumn{"TO", "to"}};
  auto rows = read_list(*door_of(options.place), "/api/v1/routes", options.limit);
  if (options.json) return print(options, columns, rows);
  for (auto& row : rows) add_end(row);
  std::ranges::stable_sort(rows, {}, [](const Json& row) { return row.at("position").get<int>(); });
  return print(options, columns, rows);
}

int route_add(const RouteOptions& options) {
  auto body = fields_of(options);
  body["name"] = options.name;
  return add(options.place, "/api/v1/routes", body);
}

int route_set(const RouteOptions& options) {
  return set(options.place, "/api/v1/routes/", options.name, fields_of(options));
}

int route_remove(const LookOptions& options) { return remove(options, "/api/v1/routes/"); }

int route_test(const RouteTestOptions& options) {
  const auto target =
      with(with(with("/api/v1/route-test", "number", options.number), "from", options.from),
           "trunk", options.trunk);
  const auto text = door_of(options.place)->get(target);
  if (options.json) {
    std::cout << text;
    return Exit::done;
  }
  const auto tested = Json::parse(text);
  std::cout << text_of(tested, "callee") << '\n';
  for (const auto& step : tested.at("steps"))
    std::cout << (step.at("matches").get<bool>() ? "  + " : "  - ") << text_of(step, "name") << ": "
              << text_of(step, "why") << '\n';
  const char* lead = "=> ";
  for (const auto& end : tested.at("ends")) {
    std::cout << lead << sentence(end) << '\n';
    lead = "   then ";
  }
  return Exit::done;
}

}  // namespace app::cli
