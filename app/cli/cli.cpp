#include "app/cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>
#include <string>

#include "app/cli/command_tree.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/completion.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/look.hpp"
#include "app/cli/manual.hpp"
#include "app/cli/trunk_grammar.hpp"
#include "proxy/runtime/log/escape.hpp"

namespace app::cli {
namespace {

/// The command line as CLI11 sees it, and what to run once it is read.
class Grammar {
 public:
  Grammar();

  /// Throws CLI::ParseError.
  void parse(int argc, char** argv) { app_.parse(argc, argv); }
  /// Throws BadUsage when no command was said.
  int run() const;
  int show_help(const CLI::ParseError& error) const { return app_.exit(error); }
  /// "sipwake user add", as far as the command line was understood.
  std::string chosen() const;

 private:
  const CLI::App& deepest() const;
  CLI::App* command(CLI::App& above, const std::string& name, const std::string& text, Place& place,
                    std::function<int()> run);
  void user_commands();
  void recipe_command();
  void ban_commands();
  void look_commands();
  void text_commands();
  CLI::App* look(CLI::App& above, const std::string& name, const std::string& text,
                 LookOptions& options, int (*show)(const LookOptions&));

  CLI::App app_{"sipwake: a SIP registrar and proxy that makes sleeping phones ring", "sipwake"};
  std::function<int()> command_;

  ServeOptions serve_;
  CheckOptions check_;
  DemoOptions demo_;
  DoctorOptions doctor_;
  Place version_;
  std::string shell_;
  BanOptions ban_, lift_;
  UserOptions add_, password_, remove_;
  ImportOptions import_;
  TokenOptions token_;
  LookOptions bans_, users_, devices_, device_, calls_, call_, pushes_, tokens_, audit_, status_,
      watch_;
  AdminOptions admin_;
  RecipeOptions recipe_;
  TrunkGrammar trunks_;
};

CLI::App* Grammar::command(CLI::App& above, const std::string& name, const std::string& text,
                           Place& place, std::function<int()> run) {
  auto* sub = above.add_subcommand(name, text);
  sub->add_option("--config", place.config_file,
                  "Configuration (without it: ./sipwake.toml if it is there, else "
                  "/etc/sipwake/sipwake.toml for the packaged program, else defaults)")
      ->type_name("FILE");
  sub->add_option("--data-dir", place.data_dir, "Data folder, instead of the configured one")
      ->type_name("DIR");
  sub->callback([this, run = std::move(run)] { command_ = run; });
  return sub;
}

Grammar::Grammar() {
  // Not required by CLI11, which would then say of a mistyped command that there is none.
  app_.require_subcommand(0, 1);
  auto* serving = command(app_, "serve",
                          "Run the server until SIGINT or SIGTERM. A changed configuration takes a "
                          "restart; SIGHUP reads the TLS certificates again.",
                          serve_.place, [this] { return serve(serve_); });
  serving->add_flag("--demo", serve_.demo, "Play the demo calls once, with users of their own");
  serving->add_option("--log-format", serve_.log_format, "text or json, on standard error")
      ->check(CLI::IsMember({"text", "json"}));

  command(app_, "check", "Say whether the configuration can be used", check_.place, [this] {
    return check(check_);
  })->add_flag("--print", check_.print, "Print every setting as it holds, with comments");

  command(
      app_, "doctor",
      "Look at the set-up: configuration, server, certificates, push services (wakes nobody); a "
      "line each, status 1 when one is bad",
      doctor_.place, [this] { return doctor(doctor_); })
      ->add_flag("--pbx", doctor_.pbx, "Ask the PBX of the configuration too, with OPTIONS");

  command(app_, "demo",
          "Play five calls with built-in phones and say how each went (uses the data folder named "
          "here, else one that is removed; of a configuration the log level only)",
          demo_.place, [this] { return demo(demo_); })
      ->add_option("--provider", demo_.provider,
                   "Wake the phones through a stand-in of this push service, as strict as the real "
                   "one, and show what it saw")
      ->check(CLI::IsMember({"webhook", "apns", "fcm", "webpush"}));
  user_commands();
  ban_commands();

  look_commands();
  trunks_.add_to(app_, command_);

  auto* admin = app_.add_subcommand("admin", "The administrator")->require_subcommand(0, 1);
  command(*admin, "password", "Set the password of the page", admin_.place,
          [this] { return admin_password(admin_); })
      ->add_option("--password", admin_.password,
                   "The password (others on this machine may see it); - : asked for on a terminal, "
                   "else the first line of standard input; without it one is made up and printed");

  recipe_command();

  command(app_, "version", "Print the version", version_, version);
  text_commands();
}

/// What is written from the commands themselves.
void Grammar::text_commands() {
  auto* sub = app_.add_subcommand(
      "completion", "Print what makes a shell complete these commands: bash, zsh or fish");
  sub->add_option("shell", shell_, "For which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  sub->callback([this] {
    command_ = [this] {
      std::cout << completion(read_tree(app_), shell_);
      return Exit::done;
    };
  });
  app_.add_subcommand("manual", "Print the manual page")->callback([this] {
    command_ = [this] {
      std::cout << manual_page(read_tree(app_));
      return Exit::done;
    };
  });
}

void Grammar::user_commands() {
  auto* users = app_.add_subcommand("user", "Users, with the server up or down");
  users->require_subcommand(0, 1);
  const auto add_aor = [](CLI::App* sub, UserOptions& options) {
    sub->add_option("aor", options.aor, "alice@example.com, or alice in the first domain")
        ->required();
  };
  const auto add_password = [](CLI::App* sub, UserOptions& options) {
    sub->add_option("--password", options.password,
                    "The password (others on this machine may see it); - or none: asked for on a "
                    "terminal, else the first line of standard input");
  };
  auto* add = command(*users, "add", "Add a user", add_.place, [this] { return user_add(add_); });
  add_aor(add, add_);
  add_password(add, add_);
  add->add_option("--display-name", add_.display_name, "As callers and the page show it");

  auto* list = command(*users, "list", "List the users", users_.place, [this] {
    const bool plain = !users_.json && users_.containing.empty();
    return plain ? user_list(users_.place) : user_table(users_);
  });
  list->add_flag("--json", users_.json, "One JSON object a line, as the API says it");
  list->add_option("--containing", users_.containing, "A part of the address or the name");
  users_.limit = 0;

  auto* remove = command(*users, "remove", "Remove a user with all devices", remove_.place,
                         [this] { return user_remove(remove_); });
  add_aor(remove, remove_);

  auto* password = command(*users, "password", "Change a user's password", password_.place,
                           [this] { return user_password(password_); });
  add_aor(password, password_);
  add_password(password, password_);

  command(
      *users, "import",
      "Import a CSV of aor,password,display_name, or with a header line that names the columns "
      "(aor or username and domain, password, ha1, ha1_sha256, ha1_sha512_256, display_name; or "
      "extension, secret, name, as FreePBX exports them)",
      import_.place, [this] { return user_import(import_); })
      ->add_option("file", import_.file, "The CSV file")
      ->required();
}

void Grammar::recipe_command() {
  auto* sub = command(app_, "recipe",
                      "Print how to put sipwake in front of a PBX, for your own addresses and "
                      "extensions; without a name: which recipes there are",
                      recipe_.place, [this] { return recipe_show(recipe_); });
  sub->add_option("name", recipe_.name,
                  "asterisk, freepbx, freeswitch, kamailio, generic, standalone");
  sub->add_option("--extension", recipe_.extensions,
                  "The phones that move to sipwake: 100..120, or 100; again for more")
      ->type_name("RANGE");
  sub->add_option("--pbx", recipe_.pbx, "Where the PBX is (without it: as in [pbx])")
      ->type_name("HOST[:PORT]");
  sub->add_option("--sipwake", recipe_.sipwake, "Where the PBX reaches sipwake")
      ->type_name("HOST[:PORT]");
  sub->add_option("--domain", recipe_.domain, "Of the users (without it: the first one)");
  sub->add_option("--transport", recipe_.transport, "Between them: udp, tcp or tls")
      ->check(CLI::IsMember({"udp", "tcp", "tls"}));
  sub->add_flag("--csv", recipe_.csv,
                "Print accounts for the extensions instead, with passwords that are made up, for "
                "`sipwake user import`");
}

void Grammar::ban_commands() {
  auto* bans =
      app_.add_subcommand("ban", "Addresses that are kept out, with the server up or down");
  bans->require_subcommand(0, 1);
  command(*bans, "list", "List the bans that hold", bans_.place, [this] {
    return bans_.json ? ban_table(bans_) : ban_list(bans_.place);
  })->add_flag("--json", bans_.json, "One JSON object a line, as the API says it");
  bans_.limit = 0;
  auto* add =
      command(*bans, "add", "Keep an address out", ban_.place, [this] { return ban_add(ban_); });
  add->add_option("address", ban_.address, "192.0.2.1, or an IPv6 address for its /64")->required();
  add->add_option("--for", ban_.duration, "How long: 10m, 1h, 30d (without it: a day)")
      ->type_name("TIME");
  add->add_option("--reason", ban_.reason, "As the list shows it");
  command(*bans, "lift", "Let an address in again", lift_.place, [this] { return ban_lift(lift_); })
      ->add_option("ban", lift_.address, "Its address or its id")
      ->required();
}

CLI::App* Grammar::look(CLI::App& above, const std::string& name, const std::string& text,
                        LookOptions& options, int (*show)(const LookOptions&)) {
  auto* sub = command(above, name, text, options.place, [show, &options] { return show(options); });
  sub->add_flag("--json", options.json, "One JSON object a line, as the API says it");
  return sub;
}

void Grammar::look_commands() {
  const auto group = [this](const char* name, const char* text) {
    return app_.add_subcommand(name, text)->require_subcommand(0, 1);
  };
  const auto limit = [](CLI::App* sub, LookOptions& options) {
    sub->add_option("--limit", options.limit, "Lines at most; 0: all");
  };
  const auto user = [](CLI::App* sub, LookOptions& options) {
    sub->add_option("--user", options.user, "Of this user only: alice@example.com");
  };
  const auto id = [](CLI::App* sub, LookOptions& options) {
    sub->add_option("id", options.id, "Its id, as the list shows it")->required();
  };
  auto* devices = group("device", "Phones");
  auto* sub = look(*devices, "list", "List the phones", devices_, device_list);
  limit(sub, devices_);
  user(sub, devices_);
  sub->add_option("--platform", devices_.platform, "Woken by this service; none: cannot be woken")
      ->check(CLI::IsMember({"apns", "fcm", "webpush", "webhook", "none"}));
  sub->add_flag("--asleep", devices_.asleep, "Those without a live registration");
  id(look(*devices, "forget", "Forget a phone, as if it had unregistered", device_, device_forget),
     device_);
  id(look(*devices, "test-push", "Wake a phone, to see whether that works", device_, device_test),
     device_);

  auto* calls = group("call", "Calls");
  sub = look(*calls, "list", "List the calls, newest first", calls_, call_list);
  limit(sub, calls_);
  user(sub, calls_);
  sub->add_option("--state", calls_.state, "held, ringing, active or ended")
      ->check(CLI::IsMember({"held", "ringing", "active", "ended"}));
  id(look(*calls, "show", "Show the ladder of a call and its verdict", call_, call_show), call_);
  id(look(*calls, "hangup", "Hang up a held or ringing call", call_, call_hangup), call_);

  auto* pushes = group("push", "Pushes and their services");
  sub = look(*pushes, "log", "List the pushes for calls, newest first", pushes_, push_log);
  limit(sub, pushes_);
  sub->add_option("--device", pushes_.device, "To this phone, by its id")->type_name("ID");
  sub->add_option("--outcome", pushes_.outcome, "What came of it")
      ->check(CLI::IsMember({"accepted", "failed", "withheld", "pending"}));
  look(*pushes, "providers", "How each push service is", pushes_, push_providers);

  auto* tokens = group("token", "Tokens of the HTTP API, with the server up or down");
  auto* create = command(*tokens, "create", "Make a token and print it; it is shown only now",
                         token_.place, [this] { return token_create(token_); });
  create->add_option("--name", token_.name, "What it is for")->required();
  create->add_option("--scope", token_.scope, "What it may do: read, write or admin")
      ->check(CLI::IsMember({"read", "write", "admin"}));
  create->add_option("--expires", token_.expires, "After how long it ends: 12h, 30d; else never")
      ->type_name("TIME");
  limit(look(*tokens, "list", "List the tokens", tokens_, token_list), tokens_);
  id(look(*tokens, "revoke", "Revoke a token", tokens_, token_revoke), tokens_);

  sub = look(app_, "audit", "List who changed what, newest first", audit_, audit_list);
  limit(sub, audit_);
  sub->add_option("--who", audit_.who, "A part of who it was");
  sub->add_option("--what", audit_.what, "How it begins: user.add, token.");
  look(app_, "status", "The server at a glance, or what is stored when none runs", status_, status);
  look(app_, "watch", "Show the calls as they go, until Ctrl-C", watch_, watch);
}

const CLI::App& Grammar::deepest() const {
  const CLI::App* at = &app_;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

std::string Grammar::chosen() const {
  std::string name;
  for (const auto* at = &deepest(); at != nullptr; at = at->get_parent())
    name.insert(0, at->get_name() + (name.empty() ? "" : " "));
  return name;
}

int Grammar::run() const {
  if (command_) return command_();
  std::string known;
  for (const auto* sub : deepest().get_subcommands({}))
    known.append(known.empty() ? "" : ", ").append(sub->get_name());
  throw BadUsage{"say which command: " + known};
}

int complain(const std::string& where, std::string_view why, int status) {
  std::cerr << where << ": " << proxy::runtime::log::printable(why) << std::endl;
  return status;
}

int run_command(const Grammar& grammar) {
  const auto where = grammar.chosen();
  try {
    const int status = grammar.run();
    std::cout.flush();
    if (!std::cout) throw Failed{"cannot write to standard output"};
    return status;
  } catch (const Failed& error) {
    return complain(where, error.what(), Exit::failed);
  } catch (const std::exception& error) {
    return complain(where, error.what(), Exit::unusable);
  }
}

}  // namespace

int run(int argc, char** argv) {
  Grammar grammar;
  try {
    grammar.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return grammar.show_help(help);
  } catch (const CLI::ParseError& error) {
    const auto where = grammar.chosen();
    return complain(where, std::string{error.what()} + " (see " + where + " --help)",
                    Exit::unusable);
  }
  return run_command(grammar);
}

}  // namespace app::cli
