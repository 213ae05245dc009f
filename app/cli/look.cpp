#include "app/cli/look.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/exit.hpp"
#include "web/api/cursor.hpp"
#include "web/api/target.hpp"

namespace app::cli {
namespace {

using Json = nlohmann::ordered_json;
using web::api::escape_segment;

constexpr std::size_t page = 50;

std::unique_ptr<ApiDoor> door_of(const LookOptions& options) {
  return ApiDoor::open(options.place.load_with_names());
}

std::string with(const std::string& target, std::string_view name, const std::string& value) {
  if (value.empty()) return target;
  return target + (target.find('?') == std::string::npos ? '?' : '&') + std::string{name} + '=' +
         escape_segment(value);
}

std::string number(const LookOptions& options) {
  if (!web::api::parse_id(options.id)) throw BadUsage{"'" + options.id + "' is no id"};
  return options.id;
}

}  // namespace

/// Walks a list page by page; a filtered page may be short and yet not the last.
std::vector<nlohmann::ordered_json> read_list(ApiDoor& door, const std::string& target,
                                              std::size_t limit) {
  std::vector<Json> rows;
  std::string cursor;
  for (;;) {
    const auto wanted = limit == 0 ? page : std::min(page, limit - rows.size());
    const auto body = Json::parse(
        door.get(with(with(target, "limit", std::to_string(wanted)), "cursor", cursor)));
    for (const auto& item : body.at("items")) rows.push_back(item);
    if (body.at("next").is_null() || (limit != 0 && rows.size() >= limit)) return rows;
    cursor = body.at("next").get<std::string>();
  }
}

int print(const LookOptions& options, std::span<const TableColumn> columns,
          const std::vector<Json>& rows) {
  if (!options.json) {
    std::cout << table(columns, rows);
    return Exit::done;
  }
  for (const auto& row : rows)
    std::cout << row.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  return Exit::done;
}

int list(const LookOptions& options, std::span<const TableColumn> columns,
         const std::string& target) {
  return print(options, columns, read_list(*door_of(options), target, options.limit));
}

int user_table(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"AOR", "aor"}, TableColumn{"ENABLED", "enabled"},
                               TableColumn{"SINCE", "created_at"},
                               TableColumn{"NAME", "display_name"}};
  return list(options, columns, with("/api/v1/users", "q", options.containing));
}

int device_list(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"ID", "id"},
                               TableColumn{"AOR", "aor"},
                               TableColumn{"AWAKE", "awake"},
                               TableColumn{"PUSH", "platform"},
                               TableColumn{"P50 MS", "wake_p50_ms"},
                               TableColumn{"LAST PUSH", "last_result"},
                               TableColumn{"SEEN", "last_register"},
                               TableColumn{"USER AGENT", "user_agent"}};
  auto target = with(with("/api/v1/devices", "user", options.user), "platform", options.platform);
  if (options.asleep) target = with(target, "asleep", "true");
  return list(options, columns, target);
}

int device_forget(const LookOptions& options) {
  door_of(options)->remove("/api/v1/devices/" + number(options));
  std::cout << "forgotten " << options.id << '\n';
  return Exit::done;
}

int device_test(const LookOptions& options) {
  door_of(options)->post("/api/v1/devices/" + number(options) + "/test-push");
  std::cout << "asked the push service of " << options.id << " to wake it\n";
  return Exit::done;
}

int call_list(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"ID", "id"},
                               TableColumn{"STATE", "state"},
                               TableColumn{"STARTED", "started_at"},
                               TableColumn{"CALLER", "caller"},
                               TableColumn{"CALLEE", "callee"},
                               TableColumn{"END", "end_reason"},
                               TableColumn{"VERDICT", "verdict"}};
  return list(options, columns,
              with(with("/api/v1/calls", "state", options.state), "user", options.user));
}

int call_show(const LookOptions& options) {
  const auto target = "/api/v1/calls/" + number(options);
  std::cout << door_of(options)->get(options.json ? target : target + "/ladder");
  return Exit::done;
}

int call_hangup(const LookOptions& options) {
  door_of(options)->post("/api/v1/calls/" + number(options) + "/hangup");
  std::cout << "hung up " << options.id << '\n';
  return Exit::done;
}

int ban_table(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"ID", "id"}, TableColumn{"ADDRESS", "address"},
                               TableColumn{"UNTIL", "expires_at"}, TableColumn{"BAN", "count"},
                               TableColumn{"REASON", "reason"}};
  return list(options, columns, "/api/v1/bans");
}

int push_log(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"AT", "at"},         TableColumn{"CALL", "call"},
                               TableColumn{"CALLEE", "callee"}, TableColumn{"DEVICE", "device"},
                               TableColumn{"BY", "provider"},   TableColumn{"TIMES", "attempts"},
                               TableColumn{"LEG", "leg_state"}, TableColumn{"RESULT", "result"}};
  return list(options, columns,
              with(with("/api/v1/push/log", "device", options.device), "outcome", options.outcome));
}

int push_providers(const LookOptions& options) {
  constexpr std::array columns{
      TableColumn{"PROVIDER", "provider"},    TableColumn{"NAME", "name"},
      TableColumn{"STATE", "state"},          TableColumn{"ACCEPTED", "accepted"},
      TableColumn{"REFUSED", "refused"},      TableColumn{"DEAD", "dead"},
      TableColumn{"FAILED", "failed"},        TableColumn{"P50 MS", "p50_ms"},
      TableColumn{"LAST ERROR", "last_error"}};
  const auto body = Json::parse(door_of(options)->get("/api/v1/push/providers"));
  return print(options, columns, body.at("items").get<std::vector<Json>>());
}

int token_list(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"ID", "id"},
                               TableColumn{"SCOPE", "scope"},
                               TableColumn{"MADE", "created_at"},
                               TableColumn{"EXPIRES", "expires_at"},
                               TableColumn{"LAST USED", "last_used"},
                               TableColumn{"NAME", "name"}};
  return list(options, columns, "/api/v1/tokens");
}

int token_revoke(const LookOptions& options) {
  door_of(options)->remove("/api/v1/tokens/" + number(options));
  std::cout << "revoked " << options.id << '\n';
  return Exit::done;
}

int audit_list(const LookOptions& options) {
  constexpr std::array columns{TableColumn{"AT", "at"},         TableColumn{"WHO", "who"},
                               TableColumn{"FROM", "from"},     TableColumn{"WHAT", "what"},
                               TableColumn{"TARGET", "target"}, TableColumn{"DETAIL", "detail"}};
  return list(options, columns,
              with(with("/api/v1/audit", "who", options.who), "what", options.what));
}

int status(const LookOptions& options) {
  const auto text = door_of(options)->get("/api/v1/status");
  if (options.json) {
    std::cout << text;
    return Exit::done;
  }
  const auto body = Json::parse(text);
  const bool up = !body.at("listeners").empty();
  std::cout << "sipwake " << body.at("version").get<std::string>()
            << (up ? "" : ", not running: what is stored") << '\n';
  if (up) std::cout << "up             " << body.at("uptime_s") << " s\n";
  for (const auto& listener : body.at("listeners"))
    std::cout << "sip            " << listener.at("transport").get<std::string>() << ' '
              << listener.at("address").get<std::string>() << '\n';
  for (const auto& [name, value] : body.at("counts").items()) {
    const std::size_t width = 15;
    std::cout << name << std::string(width - std::min(width - 1, name.size()), ' ') << value
              << '\n';
  }
  return Exit::done;
}

}  // namespace app::cli
