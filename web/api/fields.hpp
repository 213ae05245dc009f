#pragma once
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/trunk_fields.hpp"
#include "web/api/body.hpp"

namespace web::api {

/// The names of the members of TrunkFields, RouteFields and the like.
template <class Fields>
std::vector<std::string_view> member_names() {
  std::vector<std::string_view> names;
  const Fields fields;
  proxy::record::each_member(
      fields, fields, [&](std::string_view name, proxy::record::Shown, const auto&, const auto&) {
        names.push_back(name);
      });
  return names;
}

void read_member(Body& body, std::string_view name, proxy::record::Shown shown,
                 std::optional<std::string>& member);
void read_member(Body& body, std::string_view name, proxy::record::Shown shown,
                 std::optional<bool>& member);
void read_member(Body& body, std::string_view name, proxy::record::Shown shown,
                 std::optional<std::uint32_t>& member);

template <class Fields>
Fields fields_of(Body& body) {
  Fields fields;
  proxy::record::each_member(fields, fields,
                             [&](std::string_view name, proxy::record::Shown shown, auto& member,
                                 const auto&) { read_member(body, name, shown, member); });
  return fields;
}

}  // namespace web::api
