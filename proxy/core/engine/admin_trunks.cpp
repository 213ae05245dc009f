#include <algorithm>

#include "proxy/core/engine/admin_desk.hpp"
#include "proxy/core/engine/route_choice.hpp"
#include "proxy/core/record/version.hpp"
#include "proxy/core/settings/identity.hpp"
#include "proxy/core/trunk/check.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/uri.hpp"

// Trunks and routes as the owner makes, changes and removes them.

namespace proxy {
namespace {

constexpr std::size_t trunks_max = 200;
constexpr std::size_t routes_max = 500;

template <class Row>
bool is_wanted(const Row& row, const std::vector<std::uint64_t>& versions) {
  return versions.empty() || std::ranges::find(versions, record::version_of(row)) != versions.end();
}

view::Refused changed_since() {
  return {412, "If-Match", "it was changed meanwhile; read it again"};
}
view::Refused no_such_trunk() { return {404, "id", "there is no such trunk"}; }
view::Refused no_such_route() { return {404, "id", "there is no such route"}; }

/// What is wrong with a row that is to be stored.
std::optional<view::Refused> fault_of(const record::Trunk& row, const TrunkBook& book) {
  if (const auto fault = trunk::check(row))
    return view::Refused{400, std::string{fault->field}, fault->why};
  const auto* other = book.trunk(row.name);
  if (other != nullptr && other->id != row.id)
    return view::Refused{409, "name", "another trunk has this name"};
  return std::nullopt;
}

view::Refused known_already(std::string_view field, const record::Trunk& other) {
  return {409, std::string{field}, "the trunk " + other.name + " is known by it already"};
}

/// Credentials are one trunk's, and no user's: a user goes before.
std::optional<view::Refused> name_fault(const record::TrunkFields& asked, const record::Trunk& row,
                                        Core& core) {
  constexpr std::string_view field = "inbound_username";
  if (!asked.inbound_username || asked.inbound_username->empty()) return std::nullopt;
  for (const auto& [id, other] : core.trunks.trunks())
    if (id != row.id && other.inbound_username == *asked.inbound_username)
      return known_already(field, other);
  for (const auto& domain : core.settings->domains)
    if (core.directory.find_user(*asked.inbound_username + '@' + domain) != nullptr)
      return view::Refused{409, std::string{field}, "this is a user"};
  return std::nullopt;
}

/// Of what is asked for now: nobody can be known by a certificate that is not asked for, nor two by
/// the same.
std::optional<view::Refused> certificate_fault(const record::TrunkFields& asked,
                                               const record::Trunk& row, const TrunkBook& book,
                                               const Settings& settings) {
  constexpr std::string_view field = "inbound_certificate";
  if (!asked.inbound_certificate || asked.inbound_certificate->empty()) return std::nullopt;
  if (settings.tls.client_ca.empty())
    return view::Refused{409, std::string{field},
                         "needs client_ca in [tls]: nobody is asked for a certificate"};
  for (const auto& [id, other] : book.trunks())
    if (id != row.id && sip::iequals(other.inbound_certificate, *asked.inbound_certificate))
      return known_already(field, other);
  return std::nullopt;
}

std::optional<view::Refused> fault_of(const record::TrunkFields& asked, const record::Trunk& row,
                                      Core& core) {
  if (auto fault = fault_of(row, core.trunks)) return fault;
  if (auto fault = name_fault(asked, row, core)) return fault;
  return certificate_fault(asked, row, core.trunks, *core.settings);
}

std::optional<view::Refused> fault_of(const record::Route& row, const TrunkBook& book) {
  if (const auto fault = trunk::check(row))
    return view::Refused{400, std::string{fault->field}, fault->why};
  const auto* other = book.route({0, row.name});
  if (other != nullptr && other->id != row.id)
    return view::Refused{409, "name", "another route has this name"};
  if (!row.trunk.empty() && book.trunk(row.trunk) == nullptr)
    return view::Refused{409, "trunk", "there is no trunk of this name"};
  const bool of_trunk = row.from != "users" && row.from != "trunks" && row.from != "any";
  if (of_trunk && book.trunk(row.from) == nullptr)
    return view::Refused{409, "from", "there is no trunk of this name"};
  return std::nullopt;
}

/// "alice" or "alice@example.com" as it is stored; nothing when it cannot be a user of ours.
std::optional<std::string> own_user(const std::string& text, const Settings& settings) {
  const bool whole = text.find('@') != std::string::npos;
  const std::string written = "sip:" + text + (whole ? "" : '@' + settings.domains.front());
  const auto uri = sip::UriView::parse(written);
  return uri ? local_aor(*uri, settings) : std::nullopt;
}

view::Done done(std::int64_t id) {
  view::Done done;
  done.id = id;
  done.count = 1;
  return done;
}
view::Done done(record::Trunk row) {
  auto out = done(row.id);
  out.trunk = std::move(row);
  return out;
}
view::Done done(record::Route row) {
  auto out = done(row.id);
  out.route = std::move(row);
  return out;
}

}  // namespace

std::optional<view::Refused> AdminDesk::fill(record::Route& row,
                                             const record::RouteFields& fields) const {
  record::apply_route(fields, row);
  if (row.user.empty() || !fields.user) return std::nullopt;
  auto user = own_user(row.user, *core_.settings);
  if (!user) return view::Refused{400, "user", "not of the form user@domain in one of our domains"};
  row.user = *std::move(user);
  if (core_.directory.find_user(row.user) == nullptr && core_.groups.find(row.user) == nullptr)
    return view::Refused{409, "user", "there is no such user or group"};
  return std::nullopt;
}

view::Answer AdminDesk::change(const AddTrunk& add, Undo& undo) {
  auto& book = core_.trunks;
  record::Trunk row;
  record::apply(add.fields, row);
  if (auto fault = fault_of(add.fields, row, core_)) return *std::move(fault);
  if (book.trunks().size() >= trunks_max)
    return view::Refused{409, "", "there are 200 trunks already; remove some"};
  row.id = book.next_trunk_id();
  row.created_at = core_.now.wall;
  undo.new_trunk = row.id;
  book.put(row);
  core_.configure_hops();
  core_.write(row);
  return done(std::move(row));
}

view::Answer AdminDesk::change(const ChangeTrunk& wanted, Undo& undo) {
  auto& book = core_.trunks;
  const auto* known = book.trunk(wanted.which);
  if (known == nullptr) return no_such_trunk();
  if (!is_wanted(*known, wanted.if_match)) return changed_since();
  const record::Trunk old = *known;
  record::Trunk row = old;
  record::apply(wanted.fields, row);
  if (auto fault = fault_of(wanted.fields, row, core_)) return *std::move(fault);
  undo.trunks.push_back(old);
  book.put(row);
  core_.configure_hops();
  core_.write(row);
  if (row.name == old.name) return done(std::move(row));
  calls_.renamed_trunk(old.name, row.name);
  for (auto& route : book.routes_of(old.name)) {
    undo.routes.push_back(route);
    if (route.trunk == old.name) route.trunk = row.name;
    if (route.from == old.name) route.from = row.name;
    book.put(route);
    core_.write(route);
  }
  return done(std::move(row));
}

view::Answer AdminDesk::change(const RemoveTrunk& remove, Undo& undo) {
  auto& book = core_.trunks;
  const auto* known = book.trunk(remove.which);
  if (known == nullptr) return no_such_trunk();
  if (!is_wanted(*known, remove.if_match)) return changed_since();
  const auto routes = book.routes_of(known->name);
  if (!routes.empty())
    return view::Refused{409, "", "the route " + routes.front().name + " names it"};
  const auto id = known->id;
  undo.trunks.push_back(*known);
  book.remove_trunk(id);
  core_.configure_hops();
  core_.write(record::Erase{record::Table::trunk, id});
  return done(id);
}

view::Answer AdminDesk::change(const AddRoute& add, Undo& undo) {
  auto& book = core_.trunks;
  record::Route row;
  if (auto refused = fill(row, add.fields)) return *std::move(refused);
  if (auto fault = fault_of(row, book)) return *std::move(fault);
  if (book.routes().size() >= routes_max)
    return view::Refused{409, "", "there are 500 routes already; remove some"};
  row.id = book.next_route_id();
  row.created_at = core_.now.wall;
  undo.new_route = row.id;
  book.put(row);
  core_.write(row);
  return done(std::move(row));
}

view::Answer AdminDesk::change(const ChangeRoute& wanted, Undo& undo) {
  auto& book = core_.trunks;
  const auto* known = book.route(wanted.which);
  if (known == nullptr) return no_such_route();
  if (!is_wanted(*known, wanted.if_match)) return changed_since();
  const record::Route old = *known;
  record::Route row = old;
  if (auto refused = fill(row, wanted.fields)) return *std::move(refused);
  if (auto fault = fault_of(row, book)) return *std::move(fault);
  undo.routes.push_back(old);
  book.put(row);
  core_.write(row);
  return done(std::move(row));
}

view::Answer AdminDesk::change(const RemoveRoute& remove, Undo& undo) {
  auto& book = core_.trunks;
  const auto* known = book.route(remove.which);
  if (known == nullptr) return no_such_route();
  if (!is_wanted(*known, remove.if_match)) return changed_since();
  const auto id = known->id;
  undo.routes.push_back(*known);
  book.remove_route(id);
  core_.write(record::Erase{record::Table::route, id});
  return done(id);
}

void AdminDesk::undo_trunks(const Undo& undo) {
  auto& book = core_.trunks;
  if (undo.new_trunk != 0) book.remove_trunk(undo.new_trunk);
  if (undo.new_route != 0) book.remove_route(undo.new_route);
  for (const auto& row : undo.trunks) {
    const std::string name = book.name_of(row.id);
    if (!name.empty() && name != row.name) calls_.renamed_trunk(name, row.name);
    book.put(row);
  }
  if (undo.new_trunk != 0 || !undo.trunks.empty()) core_.configure_hops();
  for (const auto& row : undo.routes) book.put(row);
}

view::Answer AdminDesk::answer(const view::TrunkQuery&) const {
  view::TrunkStates all{trunks_.states()};
  for (auto& state : all.trunks) state.calls = calls_.calls_on(state.trunk);
  return all;
}

view::Answer AdminDesk::answer(const view::RouteTest& query) const {
  return test_route(core_, query);
}

}  // namespace proxy
