#include "web/api/render.hpp"

#include "proxy/core/record/version.hpp"
#include "web/api/cookie.hpp"
#include "web/api/cursor.hpp"
#include "web/api/etag.hpp"
#include "web/api/metrics.hpp"
#include "web/api/owner.hpp"
#include "web/api/problem.hpp"
#include "web/api/target.hpp"

namespace web::api {
namespace {

Reply json_reply(int status, const Json& body) {
  return {status, "application/json", dump(body), {}};
}

Reply user_reply(int status, const proxy::record::User& user) {
  Reply reply = json_reply(status, to_json(user));
  reply.headers.emplace_back("ETag", etag(proxy::record::version_of(user)));
  return reply;
}

template <class Row>
Reply row_reply(const Row& row, const Json& json, bool made, std::string_view list,
                const std::string& name) {
  Reply reply = json_reply(made ? 201 : 200, json);
  reply.headers.emplace_back("ETag", etag(proxy::record::version_of(row)));
  if (made)
    reply.headers.emplace_back("Location",
                               "/api/v1/" + std::string{list} + '/' + escape_segment(name));
  return reply;
}

template <class Row>
Reply row_reply(const Row& row, const Json& json, bool made, std::string_view list) {
  return row_reply(row, json, made, list, std::to_string(row.id));
}

template <class Rows>
Reply list_reply(const Rows& rows, const Json& next) {
  Json items = Json::array();
  for (const auto& row : rows) items.push_back(to_json(row));
  return json_reply(200, Json{{"items", std::move(items)}, {"next", next}});
}

template <class Rows>
Json next_row(char list, const Rows& rows, bool more) {
  return more && !rows.empty() ? Json(row_cursor(list, rows.back().id)) : Json(nullptr);
}

/// What a row is sorted by, as the cursor carries it.
std::string key_of(const proxy::record::User& user) { return user.aor; }
std::string key_of(const Device& device) {
  return std::to_string(device.last_register.time_since_epoch().count());
}
std::string key_of(const Registration& one) {
  return std::to_string(one.expires_at.time_since_epoch().count());
}

template <class Rows>
Json next_page(char list, const Rows& rows, bool more, const Order& order) {
  if (!more || rows.empty()) return nullptr;
  return page_cursor(list, order, rows.back().id, key_of(rows.back()));
}

Reply token_reply(int status, const proxy::record::ApiToken& token, const Json& body) {
  Reply reply = json_reply(status, body);
  reply.headers.emplace_back("ETag", etag(proxy::record::version_of(token)));
  return reply;
}

struct Renderer {
  Reply operator()(const Users& list) const {
    return list_reply(list.users, next_page('u', list.users, list.more, list.order));
  }
  Reply operator()(const OneUser& one) const { return user_reply(200, one.user); }
  Reply operator()(const Devices& list) const {
    return list_reply(list.devices, next_page('d', list.devices, list.more, list.order));
  }
  Reply operator()(const Device& device) const { return json_reply(200, to_json(device)); }
  Reply operator()(const Registrations& list) const {
    return list_reply(list.registrations,
                      next_page('r', list.registrations, list.more, list.order));
  }
  Reply operator()(const Registration& one) const { return json_reply(200, to_json(one)); }
  Reply operator()(const Calls& list) const {
    return list_reply(list.calls, list.next ? Json(to_string(*list.next)) : Json(nullptr));
  }
  Reply operator()(const proxy::view::CallView& call) const {
    return json_reply(200, to_json(call));
  }
  Reply operator()(const Bans& list) const {
    return list_reply(list.bans, next_row('b', list.bans, list.more));
  }
  Reply operator()(const proxy::record::Ban& ban) const { return json_reply(200, to_json(ban)); }
  Reply operator()(const CreatedBan& created) const {
    Reply reply = json_reply(201, to_json(created.ban));
    reply.headers.emplace_back("Location", "/api/v1/bans/" + std::to_string(created.ban.id));
    return reply;
  }
  Reply operator()(const Status& status) const { return json_reply(200, to_json(status)); }
  Reply operator()(const Providers& list) const { return list_reply(list.providers, nullptr); }
  Reply operator()(const Metrics& metrics) const {
    return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(metrics), {}};
  }
  Reply operator()(const Ready&) const { return {200, "text/plain; charset=utf-8", "ready\n", {}}; }
  Reply operator()(const Created& created) const {
    Reply reply = user_reply(201, created.user);
    reply.headers.emplace_back("Location", "/api/v1/users/" + escape_segment(created.user.aor));
    return reply;
  }
  Reply operator()(const Tokens& list) const {
    return list_reply(list.tokens, next_row('t', list.tokens, list.more));
  }
  Reply operator()(const OneToken& one) const {
    return token_reply(200, one.token, to_json(one.token));
  }
  Reply operator()(const TokenMade& made) const {
    auto body = to_json(made.token);
    body["token"] = made.secret;
    Reply reply = token_reply(201, made.token, body);
    reply.headers.emplace_back("Location", "/api/v1/tokens/" + std::to_string(made.token.id));
    return reply;
  }
  Reply operator()(const Audits& list) const {
    return list_reply(list.audits, next_row('a', list.audits, list.more));
  }
  Reply operator()(const Pushes& list) const {
    return list_reply(list.pushes, list.next ? Json(row_cursor('p', *list.next)) : Json(nullptr));
  }
  Reply operator()(const Imported& imported) const {
    return json_reply(200, Json{{"imported", imported.count}});
  }
  Reply operator()(const Pushed& pushed) const {
    return json_reply(202, Json{{"device", pushed.device}});
  }
  Reply operator()(const proxy::view::RingTest& test) const {
    return json_reply(200, to_json(test));
  }
  Reply operator()(const Document& document) const { return file_reply(document); }
  Reply operator()(const Bundle& bundle) const { return bundle_reply(bundle); }
  Reply operator()(const Settings& settings) const {
    return {200, "application/json", settings.text, {}};
  }
  Reply operator()(const Backups& backups) const {
    Json items = Json::array();
    for (const auto& one : backups.items)
      items.push_back(
          Json{{"name", one.name}, {"bytes", one.bytes}, {"created_at", rfc3339(one.made_at)}});
    return json_reply(200, Json{{"items", std::move(items)}, {"next", nullptr}});
  }
  Reply operator()(const BackupMade& made) const {
    Reply reply = json_reply(201, Json{{"file", made.file}, {"bytes", made.bytes}});
    const auto name = made.file.substr(made.file.rfind('/') + 1);
    reply.headers.emplace_back("Location", "/api/v1/backup/" + escape_segment(name));
    return reply;
  }
  Reply operator()(const Download& download) const {
    Reply reply{200, "application/vnd.sqlite3", "", {}, download.path};
    reply.headers.emplace_back("Content-Disposition",
                               "attachment; filename=\"" + download.name + '"');
    return reply;
  }
  Reply operator()(const ProvisioningMade& made) const {
    return json_reply(201, Json{{"path", made.path}, {"expires_at", rfc3339(made.expires_at)}});
  }
  Reply operator()(const Trunks& list) const {
    Json items = Json::array();
    for (const auto& trunk : list.trunks) items.push_back(to_json(trunk, list.states));
    return json_reply(
        200, Json{{"items", std::move(items)}, {"next", next_row('k', list.trunks, list.more)}});
  }
  Reply operator()(const Routes& list) const {
    return list_reply(list.routes, next_row('o', list.routes, list.more));
  }
  Reply operator()(const OneTrunk& one) const {
    return row_reply(one.trunk, to_json(one.trunk, one.states), one.made, "trunks");
  }
  Reply operator()(const OneRoute& one) const {
    return row_reply(one.route, to_json(one.route), one.made, "routes");
  }
  Reply operator()(const Groups& list) const {
    return list_reply(list.groups, next_row('g', list.groups, list.more));
  }
  Reply operator()(const OneGroup& one) const {
    return row_reply(one.group, to_json(one.group), one.made, "groups", one.group.aor);
  }
  Reply operator()(const proxy::view::RouteTested& tested) const {
    return json_reply(200, to_json(tested));
  }
  Reply operator()(const Removed&) const { return {204, "", "", {}}; }
  Reply operator()(const LoggedIn& login) const {
    Reply reply = json_reply(200, Json{{"logged_in", true}, {"csrf", login.csrf}});
    reply.headers.emplace_back("Set-Cookie", session_cookie(login.secret, login.lifetime_s));
    return reply;
  }
  Reply operator()(const LoggedOut&) const {
    Reply reply{204, "", "", {}};
    reply.headers.emplace_back("Set-Cookie", no_session_cookie());
    return reply;
  }
  Reply operator()(const LoginState& state) const {
    return json_reply(200, Json{{"logged_in", state.csrf.has_value()},
                                {"csrf", state.csrf ? Json(*state.csrf) : Json(nullptr)}});
  }
  Reply operator()(const LoginRefused& refused) const {
    if (refused.retry_after_s == 0) return to_reply({403, "this is not the password", "password"});
    Reply reply = to_reply({429, "too many wrong passwords; wait a moment", ""});
    reply.headers.emplace_back("Retry-After", std::to_string(refused.retry_after_s));
    return reply;
  }
  Reply operator()(const proxy::view::Refused& refused) const {
    Reply reply = to_reply({refused.status, refused.why, refused.field});
    if (refused.status == 503) reply.headers.emplace_back("Retry-After", "1");
    return reply;
  }
};

}  // namespace

Reply render(const Answer& answer) { return std::visit(Renderer{}, answer); }

}  // namespace web::api
