#include "app/cli/trunk_grammar.hpp"

#include <utility>

namespace app::cli {

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
                  "Configuration (without it: ./sipwake.toml if it is there, else defaults)")
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
  auto& made = new_trunk_;
  auto* add =
      command(*trunks, "add", "Add a trunk", made.place, [&made] { return trunk_add(made); });
  add->add_option("name", made.name, "Lower case letters, digits, dots, - and _")->required();
  add->add_option("--target", made.targets,
                  "sip.example.com, or 192.0.2.1:5060;transport=tcp;priority=10;weight=10; again "
                  "for each target")
      ->required()
      ->allow_extra_args(false);
  add->add_option("--source", made.sources,
                  "Calls from there are its, beside those from its targets: 192.0.2.0/24 udp")
      ->allow_extra_args(false);
  add->add_option("--domain", made.domain, "Of the URIs it is sent (without it: the first target)");
  add->add_option("--username", made.username, "What its challenges are answered with");
  add->add_option("--password", made.password,
                  "(others on this machine may see it); - or none: asked for");
  add->add_option("--inbound-username", made.inbound_username,
                  "Calls with these credentials are its");
  add->add_option("--inbound-password", made.inbound_password, "- or none: asked for");
  add->add_option("--inbound-certificate", made.inbound_certificate,
                  "Calls over TLS whose client certificate is for this domain are its");
  add->add_option("--tls-name", made.tls_name, "What its certificates must be for");
  add->add_flag("--register", made.registers, "Register there");
  add->add_option("--expires", made.expires, "Of that registration, in seconds");
  add->add_option("--probe", made.probe, "Seconds between two OPTIONS to each target");
  add->add_option("--channels", made.channels, "Calls at a time, both ways");
  add->add_flag("--no-identity", made.hides_identity,
                "Neither believe nor send P-Asserted-Identity");
}

void TrunkGrammar::add_route_options(CLI::App& sub) {
  auto& made = new_route_;
  sub.add_option("name", made.name, "As lists show it")->required();
  sub.add_option("--from", made.from, "Whose calls: users (without it), trunks, any, or a trunk");
  sub.add_option("--caller", made.caller, "Pattern of the caller: alice, *@example.com");
  sub.add_option("--callee", made.callee,
                 "Pattern of the number: 112, +49*, _0X., ^\\+49(30|89)\\d{4,}$");
  sub.add_option("--strip", made.strip, "Signs taken off the front of the number");
  sub.add_option("--prepend", made.prepend, "Then put in front of it");
  sub.add_option("--set-caller", made.set_caller, "A number or user@domain to be shown as");
  sub.add_option("--position", made.position, "The lowest is asked first (without it: 100)");
  sub.add_flag("--emergency", made.emergency, "No limit holds");
  auto* user = sub.add_option("--user", made.user, "It goes to this user");
  auto* trunk = sub.add_option("--trunk", made.trunk, "It leaves by this trunk");
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
  add_route_options(*command(*routes, "add", "Add a route", new_route_.place,
                             [this] { return route_add(new_route_); }));
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
