#include "web/api/group_plans.hpp"

#include "web/api/etag.hpp"
#include "web/api/fields.hpp"

namespace web::api {

using proxy::record::GroupFields;

Plan list_groups(Asked& asked) { return Task{ListGroups{asked.page('g')}}; }
Plan read_group(Asked& asked) { return Task{ReadGroup{asked.aor()}}; }

Plan add_group(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body, member_names<GroupFields>()};
  AddGroup add{fields_of<GroupFields>(body)};
  if (!add.fields.aor) body.refuse(400, "this field is missing", "aor");
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(add)};
}

Plan change_group(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body, member_names<GroupFields>()};
  ChangeGroup change{asked.aor(), fields_of<GroupFields>(body),
                     wanted_versions(asked.request().if_match)};
  if (body.empty()) body.refuse(400, "give what is to be changed", "");
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(change)};
}

Plan remove_group(Asked& asked) {
  return Task{RemoveGroup{asked.aor(), wanted_versions(asked.request().if_match)}};
}

}  // namespace web::api
