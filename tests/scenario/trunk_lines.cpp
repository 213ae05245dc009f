#include <algorithm>

#include "proxy/core/record/trunk_fields.hpp"
#include "tests/scenario/scenario.hpp"

// "trunk NAME targets=gw;priority=1,other ..." and "route NAME callee=_0X. trunk=NAME ...": options
// are called as in the API, targets may be parties; and "user bob forward_busy=carol ...".

namespace test {
namespace {

void read(const std::string& value, std::optional<std::string>& member) { member = value; }
void read(const std::string& value, std::optional<bool>& member) { member = value == "yes"; }
void read(const std::string& value, std::optional<std::uint32_t>& member) {
  member = static_cast<std::uint32_t>(std::stoul(value));
}

template <class Fields>
void read_fields(const Command& command, Fields& fields) {
  proxy::record::each_member(
      fields, fields, [&](std::string_view name, proxy::record::Shown, auto& member, const auto&) {
        if (const auto* option = command.option(name)) read(option->value, member);
      });
}

template <class Fields>
Fields fields_of(const Command& command) {
  Fields fields;
  read_fields(command, fields);
  return fields;
}

}  // namespace

/// "gw;priority=1,192.0.2.1" as lines, parties being where they are at home.
std::string Scenario::target_lines(const std::string& list) const {
  std::string lines;
  std::string_view rest = list;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto item = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto name = item.substr(0, item.find(';'));
    const auto party =
        std::ranges::find(plans_, name, [](const auto& plan) { return plan.config.name; });
    lines.append(lines.empty() ? "" : "\n");
    if (party == plans_.end()) {
      lines.append(item);
      continue;
    }
    lines.append(Phone::home_of(party->config.number).to_string());
    lines.append(";transport=").append(sip::to_string(party->config.transport));
    lines.append(item.substr(name.size()));
  }
  return lines;
}

void Scenario::add_row(const Command& command) {
  if (command.verb == "user") {
    proxy::ChangeUser change;
    change.aor = command.word(0) + "@example.com";
    read_fields(command, change.forwarding);
    return world_->admin(std::move(change));
  }
  if (command.verb == "group") {
    proxy::record::GroupFields fields;
    read_fields(command, fields);
    fields.aor = command.word(0) + "@example.com";
    if (fields.members) std::ranges::replace(*fields.members, ',', '\n');
    return world_->admin(proxy::AddGroup{fields});
  }
  if (command.verb == "route") {
    auto route = fields_of<proxy::record::RouteFields>(command);
    route.name = command.word(0);
    return world_->admin(proxy::AddRoute{std::move(route)});
  }
  auto fields = fields_of<proxy::record::TrunkFields>(command);
  fields.name = command.word(0);
  if (fields.targets) fields.targets = target_lines(*fields.targets);
  world_->admin(proxy::AddTrunk{fields});
}

/// "! trunk NAME is removed", "! trunk NAME is changed username=other".
void Scenario::change_trunk(const Command& command) {
  const proxy::record::RowName which{0, command.word(1)};
  if (command.word(3) == "removed")
    world_->admin(proxy::RemoveTrunk{which});
  else
    world_->admin(proxy::ChangeTrunk{which, fields_of<proxy::record::TrunkFields>(command)});
  world_->settle();
}

}  // namespace test
