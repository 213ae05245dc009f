#include "bench/load/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace bench {
namespace {

std::string numbered(const char* format, unsigned user) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), format, user);
  return {text.data(), static_cast<std::size_t>(size)};
}

const std::map<std::string, Mode, std::less<>> modes{
    {"users", Mode::users}, {"reg", Mode::reg},         {"refresh", Mode::refresh},
    {"call", Mode::call},   {"options", Mode::options}, {"pend", Mode::pend},
    {"late", Mode::late},   {"flood", Mode::flood},     {"burst", Mode::burst},
    {"races", Mode::races}, {"delays", Mode::delays},   {"crash", Mode::crash}};
const std::map<std::string, CallEnd, std::less<>> ends{{"missed", CallEnd::missed},
                                                       {"answered", CallEnd::answered}};
const std::map<std::string, Asleep, std::less<>> sleeps{{"expired", Asleep::expired},
                                                        {"mute", Asleep::mute},
                                                        {"moved", Asleep::moved},
                                                        {"gone", Asleep::gone},
                                                        {"mixed", Asleep::mixed}};
const std::map<std::string, UserList, std::less<>> lists{{"csv", UserList::csv},
                                                         {"sql", UserList::sql}};

/// What the modes want whose calls are judged.
void add_judged(CLI::App& app, Options& o, std::string& asleep) {
  app.add_option("--asleep", asleep, "burst, races, crash: why the phones do not hear")
      ->capture_default_str()
      ->check(CLI::IsMember(sleeps));
  app.add_option("--seed", o.seed, "races: of order and distance")->capture_default_str();
  app.add_option("--flood-rate", o.flood_rate, "flood: messages a second from --device-ip")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--kill-at", o.kill_at,
                 "crash: the push that kills the server (default: the last)");
  app.add_option("--database", o.database, "delays: the server's database");
}

}  // namespace

std::string user_name(unsigned user) { return numbered("u%06u", user); }
std::string user_password(unsigned user) { return numbered("pw%06u", user); }

std::string_view name_of(Mode mode) {
  const auto named =
      std::ranges::find_if(modes, [mode](const auto& entry) { return entry.second == mode; });
  return named->first;
}

Options read_options(int argc, char** argv) {
  Options o;
  double timeout = o.timeout.count();
  double settle = o.settle.count();
  double after = o.after.count();
  double grace = o.grace.count();
  double flood = o.flood_time.count();
  CLI::App app{"Load and device simulator over UDP; prints one JSON line"};
  std::string mode;
  std::string end{"missed"};
  std::string list{"csv"};
  std::string asleep{"expired"};
  app.add_option("mode", mode, "what to do")->required()->check(CLI::IsMember(modes));
  app.add_option("--target", o.target,
                 "ADDRESS:PORT of the server; -: prints its webhook's URL and reads {\"target\", "
                 "\"pid\", \"database\"} from a line of standard input")
      ->capture_default_str();
  app.add_option("--domain", o.domain)->capture_default_str();
  app.add_option("--label", o.label, "copied into the result");
  app.add_option("--first", o.first, "number of the first user");
  app.add_option("--users", o.users)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--count,-n", o.count, "operations (default: one a user)");
  app.add_option("--window", o.window, "operations at a time")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--rate", o.rate, "operations a second (default: as the window allows)");
  app.add_option("--sockets", o.sockets, "of the devices")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--caller-ip", o.caller_ip)->capture_default_str();
  app.add_option("--caller-port", o.caller_port);
  app.add_option("--device-ip", o.device_ip)->capture_default_str();
  app.add_option("--device-port", o.device_port, "of the first device socket");
  app.add_option("--webhook-port", o.webhook_port, "answer pushes here with 200");
  app.add_option("--contact-params", o.contact_params,
                 "URI parameters of sleeping devices, %u is the user");
  app.add_option("--user-agent", o.user_agent)->capture_default_str();
  app.add_option("--end", end, "late: how the call ended")
      ->capture_default_str()
      ->check(CLI::IsMember(ends));
  add_judged(app, o, asleep);
  app.add_flag("--burst", o.burst, "late: all devices come at one instant");
  app.add_flag("--resume", o.resume, "pend: the devices wake and answer");
  app.add_option("--timeout", timeout, "seconds an operation may take")->capture_default_str();
  app.add_option("--settle", settle, "seconds between preparation and run")->capture_default_str();
  app.add_option("--after", after, "seconds before the last reading");
  app.add_option("--flood-time", flood, "flood: seconds")->capture_default_str();
  app.add_option("--grace", grace, "late: seconds a device waits")->capture_default_str();
  app.add_option("--as", list, "users: csv for sipwake, sql for Kamailio's htable")
      ->capture_default_str()
      ->check(CLI::IsMember(lists));
  app.add_option("--pid", o.pids, "of the server, repeatable; descendants count");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  o.timeout = std::chrono::duration<double>{timeout};
  o.settle = std::chrono::duration<double>{settle};
  o.after = std::chrono::duration<double>{after};
  o.grace = std::chrono::duration<double>{grace};
  o.flood_time = std::chrono::duration<double>{flood};
  o.mode = modes.at(mode);
  if (o.mode == Mode::flood && o.rate <= 0) o.rate = 100;
  o.end = ends.at(end);
  o.list = lists.at(list);
  o.asleep = sleeps.at(asleep);
  if (o.count == 0) o.count = o.users;
  return o;
}

}  // namespace bench
