#include "app/cli/switchboard.hpp"

#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/aor.hpp"
#include "app/cli/api_door.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/table.hpp"
#include "web/api/target.hpp"

namespace app::cli {
namespace {

using Json = nlohmann::ordered_json;
using web::api::escape_segment;

/// Null takes a forward back.
void put(Json& body, const char* name, const std::optional<std::string>& target) {
  if (target) body[name] = target->empty() ? Json(nullptr) : Json(*target);
}

std::string text_of(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

int user_set(const WishOptions& options) {
  const auto settings = options.place.load_with_names();
  const auto aor = read_aor(options.aor, settings);
  Json body = Json::object();
  put(body, "forward_always", options.always);
  put(body, "forward_busy", options.busy);
  put(body, "forward_no_answer", options.no_answer);
  put(body, "forward_not_reachable", options.not_reachable);
  if (options.no_answer_s) body["forward_no_answer_s"] = *options.no_answer_s;
  if (options.do_not_disturb) body["do_not_disturb"] = true;
  if (options.disturb) body["do_not_disturb"] = false;
  if (body.empty()) throw BadUsage{"say what to set (see sipwake user set --help)"};
  ApiDoor::open(settings)->patch("/api/v1/users/" + escape_segment(aor), text_of(body));
  std::cout << "changed " << aor << '\n';
  return Exit::done;
}

int group_list(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"ID", "id"},
                               TableColumn{"AOR", "aor"},
                               TableColumn{"ENABLED", "enabled"},
                               TableColumn{"STRATEGY", "strategy"},
                               TableColumn{"RING", "ring_s"},
                               TableColumn{"MEMBERS", "members"},
                               TableColumn{"THEN", "forward_no_answer"}};
  return list(options, columns, "/api/v1/groups");
}

int group_add(const GroupOptions& options) {
  const auto settings = options.place.load_with_names();
  const auto aor = read_aor(options.aor, settings);
  Json body{{"aor", aor}, {"members", options.members}};
  if (!options.strategy.empty()) body["strategy"] = options.strategy;
  if (!options.forward_no_answer.empty()) body["forward_no_answer"] = options.forward_no_answer;
  if (options.ring_s) body["ring_s"] = *options.ring_s;
  ApiDoor::open(settings)->post("/api/v1/groups", text_of(body));
  std::cout << "added " << aor << '\n';
  return Exit::done;
}

int group_set(const GroupSetOptions& options) {
  const auto settings = options.place.load_with_names();
  const auto aor = read_aor(options.aor, settings);
  Json body = Json::object();
  if (!options.members.empty()) body["members"] = options.members;
  if (!options.strategy.empty()) body["strategy"] = options.strategy;
  put(body, "forward_no_answer", options.forward_no_answer);
  if (options.ring_s) body["ring_s"] = *options.ring_s;
  if (options.enable) body["enabled"] = true;
  if (options.disable) body["enabled"] = false;
  if (body.empty()) throw BadUsage{"say what to set (see sipwake group set --help)"};
  ApiDoor::open(settings)->patch("/api/v1/groups/" + escape_segment(aor), text_of(body));
  std::cout << "changed " << aor << '\n';
  return Exit::done;
}

int group_remove(const LookOptions& options) {
  const auto settings = options.place.load_with_names();
  const auto aor = read_aor(options.id, settings);
  ApiDoor::open(settings)->remove("/api/v1/groups/" + escape_segment(aor));
  std::cout << "removed " << aor << '\n';
  return Exit::done;
}

}  // namespace app::cli
