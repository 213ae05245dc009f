#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/forwarding.hpp"
#include "proxy/core/record/group.hpp"
#include "proxy/core/record/shown.hpp"
#include "proxy/core/record/trunk_rows.hpp"

namespace proxy::record {

// What is asked to be in a new row, or to become of one: what is not given stays as it is. Names
// of members are those of the row.

/// A row by its id, or by its name when that is 0.
struct RowName {
  std::int64_t id{0};
  std::string name{};
  bool operator==(const RowName&) const = default;
};

struct TrunkFields {
  std::optional<std::string> name, targets, domain, username, password, sources, inbound_username,
      inbound_password, inbound_certificate, tls_name;
  std::optional<bool> enabled, registers, asserts_identity;
  std::optional<std::uint32_t> expires, probe, channels;
  bool operator==(const TrunkFields&) const = default;
};

struct RouteFields {
  std::optional<std::string> name, from, caller, callee, prepend, set_caller, user, trunk;
  std::optional<bool> enabled, emergency;
  std::optional<std::uint32_t> position, strip, reject;
  bool operator==(const RouteFields&) const = default;
};

/// Visits the members of one or two of Trunk and TrunkFields: visit(name in the API, how, a's,
/// b's).
template <class A, class B, class Visit>
void each_trunk_member(A& a, B& b, Visit&& visit) {
  visit("name", Shown::plainly, a.name, b.name);
  visit("enabled", Shown::plainly, a.enabled, b.enabled);
  visit("targets", Shown::as_list, a.targets, b.targets);
  visit("domain", Shown::plainly, a.domain, b.domain);
  visit("username", Shown::plainly, a.username, b.username);
  visit("password", Shown::never, a.password, b.password);
  visit("register", Shown::plainly, a.registers, b.registers);
  visit("expires_s", Shown::plainly, a.expires, b.expires);
  visit("probe_s", Shown::plainly, a.probe, b.probe);
  visit("channels", Shown::plainly, a.channels, b.channels);
  visit("sources", Shown::as_list, a.sources, b.sources);
  visit("inbound_username", Shown::plainly, a.inbound_username, b.inbound_username);
  visit("inbound_password", Shown::never, a.inbound_password, b.inbound_password);
  visit("inbound_certificate", Shown::plainly, a.inbound_certificate, b.inbound_certificate);
  visit("tls_name", Shown::plainly, a.tls_name, b.tls_name);
  visit("asserts_identity", Shown::plainly, a.asserts_identity, b.asserts_identity);
}

/// The same of Route and RouteFields.
template <class A, class B, class Visit>
void each_route_member(A& a, B& b, Visit&& visit) {
  visit("name", Shown::plainly, a.name, b.name);
  visit("enabled", Shown::plainly, a.enabled, b.enabled);
  visit("position", Shown::plainly, a.position, b.position);
  visit("from", Shown::plainly, a.from, b.from);
  visit("caller", Shown::plainly, a.caller, b.caller);
  visit("callee", Shown::plainly, a.callee, b.callee);
  visit("strip", Shown::plainly, a.strip, b.strip);
  visit("prepend", Shown::plainly, a.prepend, b.prepend);
  visit("set_caller", Shown::plainly, a.set_caller, b.set_caller);
  visit("emergency", Shown::plainly, a.emergency, b.emergency);
  visit("user", Shown::plainly, a.user, b.user);
  visit("trunk", Shown::plainly, a.trunk, b.trunk);
  visit("reject", Shown::plainly, a.reject, b.reject);
}

template <class A, class B, class Visit>
void each_member(A& a, B& b, Visit&& visit) {
  if constexpr (requires { a.targets; }) {
    each_trunk_member(a, b, visit);
  } else if constexpr (requires { a.do_not_disturb; }) {
    each_forwarding_member(a, b, visit);
  } else if constexpr (requires { a.members; }) {
    each_group_member(a, b, visit);
  } else {
    each_route_member(a, b, visit);
  }
}

/// Puts what is given into the row.
template <class Row, class Fields>
void apply(const Fields& fields, Row& row) {
  each_member(row, fields, [](std::string_view, Shown, auto& member, const auto& wanted) {
    if (wanted) member = *wanted;
  });
}

/// A route has one end: naming another one takes the old one back.
inline void apply_route(const RouteFields& fields, Route& row) {
  if (fields.user || fields.trunk || fields.reject) {
    row.user.clear();
    row.trunk.clear();
    row.reject = 0;
  }
  apply(fields, row);
}

}  // namespace proxy::record
