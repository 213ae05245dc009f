#include <stdexcept>

#include "tests/sim/stage.hpp"

// What the owner sets up before the run: who forwards to whom, groups, a trunk and its routes.

namespace test::sim {

using namespace std::chrono_literals;

namespace {

std::string address(std::string_view name) { return std::string{name} + "@" + std::string{domain}; }

proxy::record::ForwardingFields fields_of(const Wishes& wishes) {
  proxy::record::ForwardingFields fields;
  fields.do_not_disturb = wishes.do_not_disturb;
  fields.always = wishes.always;
  fields.busy = wishes.busy;
  fields.no_answer = wishes.no_answer;
  fields.not_reachable = wishes.not_reachable;
  fields.no_answer_s = static_cast<std::uint32_t>(wishes.no_answer_s);
  return fields;
}

proxy::record::GroupFields fields_of(const GroupPlan& plan, std::size_t number) {
  proxy::record::GroupFields fields;
  fields.aor = address("g" + std::to_string(number));
  fields.strategy = plan.serial ? "serial" : "parallel";
  fields.ring_s = static_cast<std::uint32_t>(plan.ring_s);
  fields.members.emplace();
  for (const auto member : plan.members)
    fields.members->append(address("u" + std::to_string(member))).append("\n");
  if (!plan.members.empty()) fields.members->pop_back();
  fields.forward_no_answer = plan.forward_no_answer;
  return fields;
}

}  // namespace

/// Refused is nothing of what is set up.
void Stage::check_set_up() {
  for (const auto& reply : world_.replies())
    if (const auto* refused = std::get_if<proxy::view::Refused>(&reply.answer))
      throw std::logic_error{"the set-up is refused: " + refused->field + " " + refused->why};
}

void Stage::set_up_switchboard() {
  board_ = choose_switchboard(turns_, users_);
  watch_.know(board_);
  if (!board_.on) return;
  for (std::size_t user = 0; user < users_; ++user) {
    if (board_.wishes[user].none()) continue;
    proxy::ChangeUser change;
    change.aor = address("u" + std::to_string(user));
    change.forwarding = fields_of(board_.wishes[user]);
    world_.admin(std::move(change));
  }
  for (std::size_t i = 0; i < board_.groups.size(); ++i)
    world_.admin(proxy::AddGroup{fields_of(board_.groups[i], i)});
  set_up_trunk();
}

void Stage::set_up_trunk() {
  proxy::record::TrunkFields trunk;
  trunk.name = "outside";
  trunk.domain = "outside.example";
  trunk.targets.emplace();
  for (int i = 0; i < gateways; ++i) {
    PhoneConfig config;
    config.number = first_gateway_number + i;
    config.name = config.user = "gw" + std::to_string(i);
    config.lan = true;
    config.user_agent = "Gateway/1.0";
    trunk.targets->append(i == 0 ? "" : "\n").append(Phone::home_of(config.number).to_string());
    trunk.targets->append(";transport=udp;priority=").append(std::to_string(i));
    Device device;
    device.user = Switchboard::outside;
    device.gateway = true;
    watch_.add_device(static_cast<PartyId>(config.number), device);
    auto& gateway = gateways_.emplace_back(
        std::make_unique<Gateway>(outside_, std::move(config), board_.has_password));
    gateway->current_line();
    if (!turns_.percent(25)) continue;
    const auto at = turns_.between(5s, 60s);
    gateway->fail_at(at, at + turns_.between(5s, 60s));
  }
  if (board_.has_password) {
    trunk.username = "us";
    trunk.password = std::string{trunk_password};
  }
  world_.admin(proxy::AddTrunk{trunk});
  proxy::record::RouteFields out;
  out.name = "out";
  out.callee = "9*";
  out.position = 1;
  out.trunk = trunk.name;
  world_.admin(proxy::AddRoute{out});
  proxy::record::RouteFields last;
  last.name = "last";
  last.callee = "9*";
  last.position = 2;
  if (board_.last_route.empty())
    last.reject = refusal_of_last_route;
  else
    last.user = address(board_.last_route);
  world_.admin(proxy::AddRoute{last});
}

}  // namespace test::sim
