#include "web/api/trunk_plans.hpp"

#include "web/api/etag.hpp"
#include "web/api/fields.hpp"

namespace web::api {
namespace {

template <class Task, class Fields>
Plan add(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body, member_names<Fields>()};
  Task task{fields_of<Fields>(body)};
  if (!task.fields.name) body.refuse(400, "this field is missing", "name");
  if (body.problem()) asked.refuse(*body.problem());
  return api::Task{std::move(task)};
}

template <class Task, class Fields>
Plan change(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body, member_names<Fields>()};
  Task task{asked.row(), fields_of<Fields>(body), wanted_versions(asked.request().if_match)};
  if (body.empty()) body.refuse(400, "give what is to be changed", "");
  if (body.problem()) asked.refuse(*body.problem());
  return api::Task{std::move(task)};
}

}  // namespace

using proxy::record::RouteFields;
using proxy::record::TrunkFields;

Plan list_trunks(Asked& asked) { return Task{ListTrunks{asked.page('k')}}; }
Plan read_trunk(Asked& asked) { return Task{ReadTrunk{asked.row()}}; }
Plan add_trunk(Asked& asked) { return add<AddTrunk, TrunkFields>(asked); }
Plan change_trunk(Asked& asked) { return change<ChangeTrunk, TrunkFields>(asked); }
Plan remove_trunk(Asked& asked) {
  return Task{RemoveTrunk{asked.row(), wanted_versions(asked.request().if_match)}};
}

Plan list_routes(Asked& asked) { return Task{ListRoutes{asked.page('o')}}; }
Plan read_route(Asked& asked) { return Task{ReadRoute{asked.row()}}; }
Plan add_route(Asked& asked) { return add<AddRoute, RouteFields>(asked); }
Plan change_route(Asked& asked) { return change<ChangeRoute, RouteFields>(asked); }
Plan remove_route(Asked& asked) {
  return Task{RemoveRoute{asked.row(), wanted_versions(asked.request().if_match)}};
}

Plan test_route(Asked& asked) {
  TestRoute task{asked.query("number"), asked.query("from"), asked.query("trunk")};
  if (task.number.empty()) asked.refuse({400, "say which number", "number"});
  return Task{std::move(task)};
}

}  // namespace web::api
