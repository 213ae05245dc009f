#include "app/cli/trunk_grammar.hpp"

#include <utility>

namespace app::cli {
namespace {

/// CLI11 takes an empty text for none when it fills an optional itself.
CLI::Option* text(CLI::App& sub, const char* name, std::optional<std::string>& where,
                  const char* help) {
  return sub.add_option_function<std::string>(
      name, [&where](const std::string& given) { where = given; }, help);
}

CLI::Option* flag(CLI::App& sub, const char* name, std::optional<bool>& where, bool means,
                  const char* help) {
  return sub.add_flag_callback(
      name, [&where, means] { where = means; }, help);
}

/// The targets, which a new trunk needs.
CLI::Option* add_trunk_options(CLI::App& sub, TrunkOptions& made) {
  auto* targets = sub.add_option("--target", made.targets,
                                 "sip.example.com, or "
                                 "192.0.2.1:5060;transport=tcp;priority=10;weight=10; again for "
                                 "each target");
  targets->allow_extra_args(false);
  sub.add_option("--source", made.sources,
                 "Calls from there are its, beside those from its targets: 192.0.2.0/24 udp")
      ->allow_extra_args(false);
  text(sub, "--domain", made.domain, "Of the URIs it is sent (without it: the first target)");
  text(sub, "--username", made.username, "What its challenges are answered with");
  text(sub, "--password", made.password,
       "(others on this machine may see it); -, or none for a new user name: asked for");
  text(sub, "--inbound-username", made.inbound_username, "Calls with these credentials are its");
  text(sub, "--inbound-password", made.inbound_password,
       "-, or none for a new user name: asked for");
  text(sub, "--inbound-certificate", made.inbound_certificate,
       "Calls over TLS whose client certificate is for this domain are its");
  text(sub, "--tls-name", made.tls_name, "What its certificates must be for");
  flag(sub, "--register", made.registers, true, "Register there");
  sub.add_option("--expires", made.expires, "Of that registration, in seconds");
  sub.add_option("--probe", made.probe, "Seconds between two OPTIONS to each target; 0: none");
  sub.add_option("--channels", made.channels,
                 "Calls at a time, both ways (without it, or 0: as many as there are)");
  flag(sub, "--no-identity", made.asserts_identity, false,
       "Neither believe nor send P-Asserted-Identity");
  return targets;
}

}  // namespace

void TrunkGrammar::add_to(CLI::App& app, std::function<int()>& chosen) {
  chosen_ = &chosen;
  trunk_commands(app);
  route_commands(app);
  group_commands(app);
  user_set_command(*app.get_subcommand("user"));
}

CLI::App* TrunkGrammar::command(CLI::App& above, const char* name, const char* text, Place& place,
                                std::function<int()> run) {
  auto* sub = above.add_subcommand(name, text);
  sub->add_option("--config", place.config_file,
                  "Configuration (without it: ./sipwake.toml if it is there, else "
                  "/etc/sipwake/sipwake.toml for the packaged program, else defaults)")
      ->type_name("FILE");
  sub->add_option("--data-dir", place.data_dir, "Data folder, instead of the configured one")
      ->type_name("DIR");
  sub->callback([this, run = std::move(run)] { *chosen_ = run; });
  return sub;
}

CLI::App* TrunkGrammar::look(CLI::App& above, const char* name, const char* text,
                             LookOptions& options, int (*show)(const LookOptions&)) {
  auto* sub = command(above, name, text, options.place, [show, &options] { return show(options); });
  options.limit = 0;
  return sub;
}

void TrunkGrammar::trunk_commands(CLI::App& app) {
  auto* trunks = app.add_subcommand("trunk", "Providers and PBXes, with the server up or down");
  trunks->require_subcommand(0, 1);
  look(*trunks, "list", "List the trunks", trunks_, trunk_list)
      ->add_flag("--json", trunks_.json, "One JSON object a line, as the API says it");
  look(*trunks, "remove", "Remove a trunk that no route names", trunk_, trunk_remove)
      ->add_option("trunk", trunk_.id, "Its name or its id")
      ->required();
  auto* add = command(*trunks, "add", "Add a trunk", new_trunk_.place,
                      [this] { return trunk_add(new_trunk_); });
  add->add_option("name", new_trunk_.name, "Lower case letters, digits, dots, - and _")->required();
  add_trunk_options(*add, new_trunk_)->required();
  auto* set = command(*trunks, "set", "Change a trunk; what is not said stays, '' takes back",
                      old_trunk_.place, [this] { return trunk_set(old_trunk_); });
  set->add_option("trunk", old_trunk_.name, "Its name or its id")->required();
  add_trunk_options(*set, old_trunk_);
  flag(*set, "--no-register", old_trunk_.registers, false, "Do not register there any more");
  flag(*set, "--identity", old_trunk_.asserts_identity, true,
       "Believe and send P-Asserted-Identity again");
  flag(*set, "--disable", old_trunk_.enabled, false, "No call leaves or comes by it");
  flag(*set, "--enable", old_trunk_.enabled, true, "They do again");
}

void TrunkGrammar::add_route_options(CLI::App& sub, RouteOptions& made) {
  text(sub, "--from", made.from, "Whose calls: users (without it), trunks, any, or a trunk");
  text(sub, "--caller", made.caller, "Pattern of the caller: alice, *@example.com");
  text(sub, "--callee", made.callee,
       "Pattern of the number: 112, +49*, _0X., ^\\+49(30|89)\\d{4,}$");
  sub.add_option("--strip", made.strip, "Signs taken off the front of the number");
  text(sub, "--prepend", made.prepend, "Then put in front of it");
  text(sub, "--set-caller", made.set_caller, "A number or user@domain to be shown as");
  sub.add_option("--position", made.position, "The lowest is asked first (without it: 100)");
  flag(sub, "--emergency", made.emergency, true, "No limit holds, by whichever route it leaves");
  auto* user = text(sub, "--user", made.user, "It goes to this user or group");
  auto* trunk = text(sub, "--trunk", made.trunk, "It leaves by this trunk");
  auto* reject = sub.add_option("--reject", made.reject, "It is refused with this status");
  user->excludes(trunk)->excludes(reject);
  trunk->excludes(reject);
}

void TrunkGrammar::route_commands(CLI::App& app) {
  auto* routes = app.add_subcommand("route", "Where calls go that are for no user");
  routes->require_subcommand(0, 1);
  look(*routes, "list", "List the routes as they are asked", routes_, route_list)
      ->add_flag("--json", routes_.json, "One JSON object a line, as the API says it");
  look(*routes, "remove", "Remove a route", route_, route_remove)
      ->add_option("route", route_.id, "Its name or its id")
      ->required();
  auto* add = command(*routes, "add", "Add a route", new_route_.place,
                      [this] { return route_add(new_route_); });
  add->add_option("name", new_route_.name, "As lists show it")->required();
  add_route_options(*add, new_route_);
  auto* set = command(*routes, "set", "Change a route; what is not said stays, '' takes back",
                      old_route_.place, [this] { return route_set(old_route_); });
  set->add_option("route", old_route_.name, "Its name or its id")->required();
  add_route_options(*set, old_route_);
  flag(*set, "--no-emergency", old_route_.emergency, false, "Limits hold again");
  flag(*set, "--disable", old_route_.enabled, false, "It is not asked");
  flag(*set, "--enable", old_route_.enabled, true, "It is asked again");
  auto* test = command(*routes, "test", "Say step by step where a call would go", test_.place,
                       [this] { return route_test(test_); });
  test->add_option("number", test_.number, "A number, user@domain or a SIP URI")->required();
  test->add_option("--from", test_.from, "The caller: alice@example.com");
  test->add_option("--trunk", test_.trunk, "The call comes from this trunk");
  test->add_flag("--json", test_.json, "As the API says it");
}

void TrunkGrammar::group_commands(CLI::App& app) {
  auto* groups = app.add_subcommand("group", "Numbers that ring several users");
  groups->require_subcommand(0, 1);
  look(*groups, "list", "List the groups", groups_, group_list)
      ->add_flag("--json", groups_.json, "One JSON object a line, as the API says it");
  look(*groups, "remove", "Remove a group", group_, group_remove)
      ->add_option("group", group_.id, "sales@example.com, or sales in the first domain")
      ->required();
  auto& made = new_group_;
  auto* add =
      command(*groups, "add", "Add a group", made.place, [&made] { return group_add(made); });
  add->add_option("group", made.aor, "sales@example.com, or sales in the first domain")->required();
  add->add_option("--member", made.members, "A user; again for each, in the order they ring")
      ->allow_extra_args(false);
  add->add_option("--strategy", made.strategy, "All at once (without it), or one after another")
      ->check(CLI::IsMember({"parallel", "serial"}));
  add->add_option("--ring", made.ring_s,
                  "Seconds for each member; parallel: for all (without it: 20)");
  add->add_option("--forward-no-answer", made.forward_no_answer,
                  "Where calls go on to that nobody takes");
  group_set_command(*groups);
}

void TrunkGrammar::group_set_command(CLI::App& groups) {
  auto& set = changed_group_;
  auto* sub = command(groups, "set", "Change a group; what is not given stays as it is", set.place,
                      [&set] { return group_set(set); });
  sub->add_option("group", set.aor, "sales@example.com, or sales in the first domain")->required();
  sub->add_option("--member", set.members, "A user; again for each: these and no others")
      ->allow_extra_args(false);
  sub->add_option("--strategy", set.strategy, "All at once, or one after another")
      ->check(CLI::IsMember({"parallel", "serial"}));
  sub->add_option("--ring", set.ring_s, "Seconds for each member; parallel: for all");
  sub->add_option_function<std::string>(
      "--forward-no-answer", [&set](const std::string& given) { set.forward_no_answer = given; },
      "Where calls go on to that nobody takes; '' is nowhere");
  auto* enable = sub->add_flag("--enable", set.enable, "It takes calls again");
  sub->add_flag("--disable", set.disable, "It takes no calls, as if it were not there")
      ->excludes(enable);
}

void TrunkGrammar::user_set_command(CLI::App& users) {
  auto& set = wishes_;
  auto* sub = command(users, "set", "Say where a user's calls go on to; '' is nowhere", set.place,
                      [&set] { return user_set(set); });
  sub->add_option("aor", set.aor, "alice@example.com, or alice in the first domain")->required();
  const auto target = [sub](const char* name, std::optional<std::string>& where, const char* text) {
    sub->add_option_function<std::string>(
        name, [&where](const std::string& given) { where = given; }, text);
  };
  target("--forward-always", set.always, "A number, a user or a URI, as this user would call it");
  target("--forward-busy", set.busy, "When the phones are busy, or the call is declined");
  target("--forward-no-answer", set.no_answer, "When nobody answers");
  sub->add_option("--no-answer-after", set.no_answer_s, "Seconds (until it is set: 20)");
  target("--forward-not-reachable", set.not_reachable, "When no phone is there or wakes");
  auto* quiet = sub->add_flag("--do-not-disturb", set.do_not_disturb, "No phone rings");
  sub->add_flag("--disturb", set.disturb, "They ring again")->excludes(quiet);
}

}  // namespace app::cli
