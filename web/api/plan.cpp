#include "web/api/plan.hpp"

#include <algorithm>
#include <array>

#include "web/api/asked.hpp"
#include "web/api/body.hpp"
#include "web/api/cursor.hpp"
#include "web/api/document.hpp"
#include "web/api/etag.hpp"
#include "web/api/event.hpp"
#include "web/api/group_plans.hpp"
#include "web/api/home.hpp"
#include "web/api/lists.hpp"
#include "web/api/target.hpp"
#include "web/api/trunk_plans.hpp"
#include "web/api/user_plans.hpp"
#include "web/api/user_rows.hpp"

namespace web::api {
namespace {

constexpr std::int64_t longest_ban_s = 365LL * 24 * 3600;

// One handler a route. What it returns counts only when `asked` holds no problem.

Plan read_device(Asked& asked) { return Task{ReadDevice{asked.id()}}; }
Plan read_registration(Asked& asked) { return Task{ReadRegistration{asked.id()}}; }
Plan remove_registration(Asked& asked) { return Task{RemoveRegistration{asked.id()}}; }
Plan list_calls(Asked& asked) { return Task{asked.calls()}; }
Plan read_call(Asked& asked) { return Task{ReadCall{asked.id()}}; }
Plan list_bans(Asked& asked) { return Task{ListBans{asked.page('b')}}; }
Plan read_ban(Asked& asked) { return Task{ReadBan{asked.id()}}; }
Plan lift_ban(Asked& asked) {
  if (const auto id = parse_id(asked.parameter())) return Task{LiftBan{*id, ""}};
  return Task{LiftBan{0, asked.parameter()}};
}
Plan remove_device(Asked& asked) { return Task{RemoveDevice{asked.id()}}; }
Plan end_call(Asked& asked) { return Task{EndCall{asked.id()}}; }
Plan test_push(Asked& asked) { return Task{TestPush{asked.id()}}; }
Plan ring_test(Asked& asked) { return Task{RingTest{asked.id()}}; }
Plan read_ring_test(Asked& asked) { return Task{ReadRingTest{asked.id()}}; }
Plan read_ladder(Asked& asked) { return Task{ReadLadder{asked.id()}}; }
Plan read_bundle(Asked& asked) { return Task{ReadBundle{asked.id()}}; }
Plan make_provisioning(Asked& asked) { return Task{MakeProvisioning{asked.aor()}}; }
Plan provision(Asked& asked) {
  // Who only looks uses nothing up.
  if (asked.request().method == "HEAD") return Reply{200, "application/xml", "", {}};
  return Task{Provision{asked.parameter()}};
}
Plan export_users(Asked&) { return Task{ExportUsers{}}; }
Plan read_settings(Asked&) { return Task{ReadSettings{}}; }
Plan make_backup(Asked&) { return Task{MakeBackup{}}; }
Plan list_backups(Asked&) { return Task{ListBackups{}}; }
Plan remove_backup(Asked& asked) { return Task{RemoveBackup{asked.parameter()}}; }
Plan read_backup(Asked& asked) { return Task{ReadBackup{asked.parameter()}}; }
Plan openapi(Asked&) { return openapi_document(); }
Plan docs(Asked&) { return docs_page(); }
Plan docs_style(Asked&) { return docs_stylesheet(); }
Plan import_users(Asked& asked) {
  auto rows = read_user_rows(asked.request().content_type, asked.request().body);
  if (auto* problem = std::get_if<Problem>(&rows)) {
    asked.refuse(std::move(*problem));
    return Reply{};
  }
  return Task{ImportUsers{std::get<std::vector<ImportUsers::Row>>(std::move(rows))}};
}
Plan list_tokens(Asked& asked) { return Task{ListTokens{asked.page('t')}}; }
Plan read_token(Asked& asked) { return Task{ReadToken{asked.id()}}; }
Plan remove_token(Asked& asked) {
  return Task{RemoveToken{asked.id(), wanted_versions(asked.request().if_match)}};
}
Plan read_status(Asked&) { return Task{ReadStatus{}}; }
Plan read_providers(Asked&) { return Task{ReadProviders{}}; }
Plan read_metrics(Asked&) { return Task{ReadMetrics{}}; }
Plan check_ready(Asked&) { return Task{CheckReady{}}; }
Plan healthz(Asked&) { return Reply{200, "text/plain; charset=utf-8", "ok\n", {}}; }
Plan home(Asked& asked) { return home_page(asked.request().accept_encoding); }
Plan asset(Asked& asked) {
  auto file = page_file(asked.parameter(), asked.request().accept_encoding);
  if (!file) asked.refuse({404, "there is nothing at this path", ""});
  return std::move(file).value_or(Reply{});
}

Plan log_in(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body, {"password"}};
  Login login{body.required_text("password"), asked.request().peer};
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(login)};
}
Plan change_password(Asked& asked) {
  constexpr std::size_t shortest = 8;
  const auto& request = asked.request();
  Body body{request.content_type, request.body, {"password", "new_password"}};
  ChangePassword change{body.required_text("password"), body.required_text("new_password"),
                        request.session, request.peer};
  if (change.new_password.size() < shortest)
    body.refuse(400, "the new password must have 8 characters or more", "new_password");
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(change)};
}
Plan read_login(Asked& asked) { return Task{ReadLogin{asked.request().session}}; }
Plan log_out(Asked& asked) { return Task{Logout{asked.request().session}}; }
Plan watch(Asked& asked) {
  if (asked.request().method == "HEAD") return Reply{200, "text/event-stream", "", {}};
  return Watch{parse_event_id(asked.request().last_event_id)};
}

Plan add_ban(Asked& asked) {
  Body body{
      asked.request().content_type, asked.request().body, {"address", "reason", "duration_s"}};
  AddBan add{body.required_text("address"), body.text("reason").value_or(""),
             body.number("duration_s", 1, longest_ban_s)};
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(add)};
}

constexpr std::int64_t ten_years = 315'360'000;

std::optional<Scope> scope_in(Body& body) {
  const auto scope = body.text("scope");
  if (!scope) return std::nullopt;
  const auto known = proxy::record::parse_scope(*scope);
  if (!known) body.refuse(400, "scope must be read, write or admin", "scope");
  return known.value_or(Scope::read);
}

Plan add_token(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body, {"name", "scope", "expires_in_s"}};
  AddToken add{body.required_text("name"), Scope::admin, body.number("expires_in_s", 1, ten_years)};
  add.scope = scope_in(body).value_or(Scope::admin);
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(add)};
}

Plan change_token(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body, {"name", "scope", "expires_in_s"}};
  ChangeToken change{asked.id(), {}, scope_in(body), {}, wanted_versions(asked.request().if_match)};
  if (body.has("name")) change.name = body.required_text("name");
  if (body.is_null("expires_in_s"))
    change.lifetime_s.emplace(std::nullopt);
  else if (const auto lifetime = body.number("expires_in_s", 1, ten_years))
    change.lifetime_s.emplace(lifetime);
  if (body.empty()) body.refuse(400, "give name, scope or expires_in_s", "");
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(change)};
}

constexpr std::string_view get = "GET";
constexpr std::string_view post = "POST";
constexpr std::string_view patch = "PATCH";
constexpr std::string_view del = "DELETE";

struct Route {
  std::string_view method;
  std::string_view pattern;
  Plan (*handler)(Asked&);
  std::array<std::string_view, 8> query{};  ///< the parameters it knows
  bool open{false};                         ///< asked for without a token
  bool owner{false};                        ///< needs the scope admin
  bool versioned{false};                    ///< heeds If-Match

  Scope scope() const {
    if (owner) return Scope::admin;
    return method == get ? Scope::read : Scope::write;
  }
};
constexpr bool open = true;
constexpr bool closed = false;
constexpr bool owner = true;
constexpr bool anybody = false;
constexpr bool versioned = true;

constexpr std::array table{
    Route{get, "/", home, {}, open},
    Route{get, "/assets/{file}", asset, {}, open},
    Route{get, "/openapi.json", openapi, {}, open},
    Route{get, "/docs", docs, {}, open},
    Route{get, "/docs.css", docs_style, {}, open},
    Route{get, "/provision/{secret}", provision, {}, open},
    Route{get, "/healthz", healthz, {}, open},
    Route{get, "/readyz", check_ready, {}, open},
    Route{get, "/metrics", read_metrics, {}, open},
    Route{get, "/api/v1/login", read_login, {}, open},
    Route{post, "/api/v1/login", log_in, {}, open},
    Route{post, "/api/v1/login/password", change_password, {}, closed, owner},
    Route{post, "/api/v1/logout", log_out},
    Route{get, "/api/v1/events", watch},
    Route{get, "/api/v1/users", list_users, {"limit", "cursor", "sort", "q"}},
    Route{post, "/api/v1/users", add_user},
    Route{get, "/api/v1/users.csv", export_users, {}, closed, owner},
    Route{post, "/api/v1/users.csv", import_users, {}, closed, owner},
    Route{get, "/api/v1/users/{aor}", read_user},
    Route{patch, "/api/v1/users/{aor}", change_user, {}, closed, anybody, versioned},
    Route{del, "/api/v1/users/{aor}", remove_user, {}, closed, anybody, versioned},
    Route{post, "/api/v1/users/{aor}/provisioning", make_provisioning, {}, closed, owner},
    Route{get,
          "/api/v1/users/{aor}/devices",
          list_user_devices,
          {"limit", "cursor", "sort", "platform", "asleep"}},
    Route{get,
          "/api/v1/devices",
          list_devices,
          {"limit", "cursor", "sort", "user", "platform", "asleep"}},
    Route{get, "/api/v1/devices/{id}", read_device},
    Route{del, "/api/v1/devices/{id}", remove_device},
    Route{post, "/api/v1/devices/{id}/test-push", test_push},
    Route{get, "/api/v1/devices/{id}/ring-test", read_ring_test},
    Route{post, "/api/v1/devices/{id}/ring-test", ring_test},
    Route{get,
          "/api/v1/registrations",
          list_registrations,
          {"limit", "cursor", "sort", "user", "device"}},
    Route{get, "/api/v1/registrations/{id}", read_registration},
    Route{del, "/api/v1/registrations/{id}", remove_registration},
    Route{get,
          "/api/v1/calls",
          list_calls,
          {"state", "user", "from", "to", "outcome", "limit", "cursor", "sort"}},
    Route{get, "/api/v1/calls/{id}", read_call},
    Route{get, "/api/v1/bans", list_bans, {"limit", "cursor"}},
    Route{post, "/api/v1/bans", add_ban},
    Route{get, "/api/v1/bans/{id}", read_ban},
    Route{del, "/api/v1/bans/{id}", lift_ban},
    Route{get, "/api/v1/trunks", list_trunks, {"limit", "cursor"}},
    Route{post, "/api/v1/trunks", add_trunk},
    Route{get, "/api/v1/trunks/{id}", read_trunk},
    Route{patch, "/api/v1/trunks/{id}", change_trunk, {}, closed, anybody, versioned},
    Route{del, "/api/v1/trunks/{id}", remove_trunk, {}, closed, anybody, versioned},
    Route{get, "/api/v1/routes", list_routes, {"limit", "cursor"}},
    Route{post, "/api/v1/routes", add_route},
    Route{get, "/api/v1/routes/{id}", read_route},
    Route{patch, "/api/v1/routes/{id}", change_route, {}, closed, anybody, versioned},
    Route{del, "/api/v1/routes/{id}", remove_route, {}, closed, anybody, versioned},
    Route{get, "/api/v1/groups", list_groups, {"limit", "cursor"}},
    Route{post, "/api/v1/groups", add_group},
    Route{get, "/api/v1/groups/{aor}", read_group},
    Route{patch, "/api/v1/groups/{aor}", change_group, {}, closed, anybody, versioned},
    Route{del, "/api/v1/groups/{aor}", remove_group, {}, closed, anybody, versioned},
    Route{get, "/api/v1/route-test", test_route, {"number", "from", "trunk"}},
    Route{post, "/api/v1/calls/{id}/hangup", end_call},
    Route{get, "/api/v1/calls/{id}/ladder", read_ladder},
    Route{get, "/api/v1/calls/{id}/bundle", read_bundle},
    Route{get, "/api/v1/status", read_status},
    Route{get, "/api/v1/push/providers", read_providers},
    Route{get, "/api/v1/push/log", list_pushes, {"limit", "cursor", "device", "outcome"}},
    Route{get, "/api/v1/settings", read_settings, {}, closed, owner},
    Route{get, "/api/v1/backup", list_backups, {}, closed, owner},
    Route{post, "/api/v1/backup", make_backup, {}, closed, owner},
    Route{get, "/api/v1/backup/{file}", read_backup, {}, closed, owner},
    Route{del, "/api/v1/backup/{file}", remove_backup, {}, closed, owner},
    Route{get, "/api/v1/tokens", list_tokens, {"limit", "cursor"}, closed, owner},
    Route{post, "/api/v1/tokens", add_token, {}, closed, owner},
    Route{get, "/api/v1/tokens/{id}", read_token, {}, closed, owner},
    Route{patch, "/api/v1/tokens/{id}", change_token, {}, closed, owner, versioned},
    Route{del, "/api/v1/tokens/{id}", remove_token, {}, closed, owner, versioned},
    Route{get, "/api/v1/audit", list_audit, {"limit", "cursor", "who", "what"}, closed, owner},
};

constexpr auto names_of(const decltype(table)& rows) {
  std::array<RouteName, table.size()> names{};
  for (std::size_t i = 0; i < rows.size(); ++i) names[i] = {rows[i].method, rows[i].pattern};
  return names;
}
constexpr auto route_names = names_of(table);

/// Does the path fit the pattern? Then `parameter` is the segment in braces.
bool fits(std::string_view pattern, const std::vector<std::string>& segments,
          std::string& parameter) {
  std::string found;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!pattern.starts_with('/')) return false;
    const auto end = pattern.find('/', 1);
    const auto part = pattern.substr(1, end == std::string_view::npos ? end : end - 1);
    pattern.remove_prefix(part.size() + 1);
    if (part.starts_with('{')) {
      found = segments[i];
    } else if (part != segments[i]) {
      return false;
    }
  }
  if (!pattern.empty()) return false;
  parameter = std::move(found);
  return true;
}

/// Rows whose pattern fits the path: the methods that it knows.
struct Match {
  std::vector<const Route*> routes;
  std::string parameter;
};
Match match(const Target& target) {
  Match match;
  for (const auto& route : table)
    if (fits(route.pattern, target.segments, match.parameter)) match.routes.push_back(&route);
  return match;
}

/// HEAD is GET without the body, which the server leaves out.
std::string_view routed_method(std::string_view method) { return method == "HEAD" ? get : method; }

Reply wrong_method(const Match& match) {
  std::string allow;
  for (const auto* route : match.routes) {
    if (!allow.empty()) allow += ", ";
    allow += route->method;
    if (route->method == get) allow += ", HEAD";
  }
  Reply reply = to_reply({405, "this path knows only " + allow, ""});
  reply.headers.emplace_back("Allow", std::move(allow));
  return reply;
}

}  // namespace

Plan plan(const Request& request) {
  const auto parsed = parse_target(request.target);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return to_reply(*problem);
  const auto& target = std::get<Target>(parsed);
  const auto found = match(target);
  if (found.routes.empty()) return to_reply({404, "there is nothing at this path", ""});
  const auto method = routed_method(request.method);
  const auto route = std::find_if(found.routes.begin(), found.routes.end(),
                                  [&](const Route* row) { return row->method == method; });
  if (route == found.routes.end()) return wrong_method(found);

  Asked asked{request, target, found.parameter};
  asked.allow((*route)->query);
  if (!request.if_match.empty() && method != get && !(*route)->versioned)
    asked.refuse({400, "what this changes has no versions", "If-Match"});
  auto result = (*route)->handler(asked);
  if (asked.problem()) return to_reply(*asked.problem());
  return result;
}

bool is_open(std::string_view text) {
  const auto parsed = parse_target(text);
  const auto* target = std::get_if<Target>(&parsed);
  if (target == nullptr) return false;
  const auto found = match(*target);
  if (found.routes.empty()) return target->segments.front() != "api";
  return found.routes.front()->open;
}

std::optional<Scope> needed_scope(std::string_view method, std::string_view text,
                                  bool metrics_open) {
  const auto parsed = parse_target(text);
  const auto* target = std::get_if<Target>(&parsed);
  const bool closed_metrics =
      !metrics_open && target != nullptr && target->segments.front() == "metrics";
  if (!closed_metrics && is_open(text)) return std::nullopt;
  if (target == nullptr) return Scope::read;
  for (const auto* route : match(*target).routes)
    if (route->method == routed_method(method)) return route->scope();
  return Scope::read;
}

std::span<const RouteName> routes() { return route_names; }

}  // namespace web::api
