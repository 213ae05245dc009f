#include "web/api/user_plans.hpp"

#include "sipstack/base/limits.hpp"
#include "web/api/aor.hpp"
#include "web/api/body.hpp"
#include "web/api/etag.hpp"
#include "web/api/fields.hpp"

namespace web::api {
namespace {

using proxy::record::ForwardingFields;

std::vector<std::string_view> with_forwarding(std::vector<std::string_view> names) {
  for (const auto name : member_names<ForwardingFields>()) names.push_back(name);
  return names;
}

/// Null: as configured.
std::optional<std::uint32_t> max_contacts(Body& body) {
  if (body.is_null("max_contacts")) return 0;
  const auto number = body.number("max_contacts", 1, sip::Limits{}.devices_per_user);
  return number ? std::optional{static_cast<std::uint32_t>(*number)} : std::nullopt;
}

}  // namespace

Plan read_user(Asked& asked) { return Task{ReadUser{asked.aor()}}; }
Plan remove_user(Asked& asked) {
  return Task{RemoveUser{asked.aor(), wanted_versions(asked.request().if_match)}};
}

Plan add_user(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body,
            with_forwarding({"aor", "password", "display_name", "max_contacts"})};
  const auto written = body.required_text("aor");
  AddUser add{"", body.required_text("password"), body.text("display_name").value_or(""),
              max_contacts(body).value_or(0), fields_of<ForwardingFields>(body)};
  if (auto aor = parse_aor(written)) {
    add.aor = *std::move(aor);
  } else {
    body.refuse(400, "this is no address of record; write user@domain", "aor");
  }
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(add)};
}

Plan change_user(Asked& asked) {
  Body body{asked.request().content_type, asked.request().body,
            with_forwarding({"password", "display_name", "enabled", "max_contacts"})};
  ChangeUser change{asked.aor(),
                    {},
                    body.text("display_name"),
                    body.flag("enabled"),
                    wanted_versions(asked.request().if_match),
                    max_contacts(body),
                    fields_of<ForwardingFields>(body)};
  if (body.has("password")) change.password = body.required_text("password");
  if (body.empty()) body.refuse(400, "give what is to be changed", "");
  if (body.problem()) asked.refuse(*body.problem());
  return Task{std::move(change)};
}

}  // namespace web::api
