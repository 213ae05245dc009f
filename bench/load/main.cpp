#include <sys/resource.h>

#include <exception>
#include <iostream>
#include <memory>

#include "bench/load/pushes.hpp"
#include "bench/load/run.hpp"
#include "sipstack/auth/digest.hpp"

namespace {

/// A line on standard input says where the server is that was started meanwhile.
void read_server(bench::Options& options) {
  std::string line;
  std::getline(std::cin, line);
  const auto server = nlohmann::json::parse(line);
  options.target = server.at("target");
  options.database = server.value("database", options.database);
  if (server.contains("pid")) options.pids = {server.at("pid").get<int>()};
}

/// Each phone has a socket of its own.
void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// All users, in the form the server under test wants them.
void print_users(const bench::Options& options) {
  for (unsigned user = options.first; user < options.first + options.users; ++user) {
    const auto name = bench::user_name(user);
    const auto password = bench::user_password(user);
    if (options.list == bench::UserList::csv) {
      std::cout << name << '@' << options.domain << ',' << password << ',' << name << '\n';
      continue;
    }
    const auto ha1 = sip::auth::ha1(sip::auth::Algorithm::md5, name, options.domain, password);
    std::cout << (user == options.first ? "BEGIN;\n" : "")
              << "INSERT INTO htable (key_name, key_type, value_type, key_value, expires) VALUES ('"
              << name << "', 0, 0, '" << ha1 << "', 0);\n";
  }
  if (options.list == bench::UserList::sql) std::cout << "COMMIT;\n";
}

nlohmann::ordered_json play(bench::Run& run, const bench::Options& options, bench::Pushes* pushes) {
  switch (options.mode) {
    case bench::Mode::users:
      break;
    case bench::Mode::burst:
      return bench::run_burst(run, options, *pushes);
    case bench::Mode::races:
      return bench::run_races(run, options, *pushes);
    case bench::Mode::delays:
      return bench::run_delays(run, options, *pushes);
    case bench::Mode::crash:
      return bench::run_crash(run, options, *pushes);
    case bench::Mode::reg:
    case bench::Mode::refresh:
      return bench::run_reg(run, options);
    case bench::Mode::options:
      return bench::run_options(run, options);
    case bench::Mode::call:
      return bench::run_call(run, options);
    case bench::Mode::flood:
      return bench::run_flood(run, options);
    case bench::Mode::pend:
      return bench::run_pend(run, options);
    case bench::Mode::late:
      return bench::run_late(run, options);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  bench::Options options = bench::read_options(argc, argv);
  if (options.mode == bench::Mode::users) {
    print_users(options);
    return 0;
  }
  try {
    std::unique_ptr<bench::Pushes> pushes;
    if (options.webhook_port != 0 || options.mode >= bench::Mode::burst)
      pushes = std::make_unique<bench::Pushes>(options.webhook_port);
    if (options.target == "-") {
      std::cout << nlohmann::json{{"webhook", pushes ? pushes->url() : ""}}.dump() << std::endl;
      read_server(options);
    }
    raise_descriptor_limit();
    bench::Run run{options};
    const auto result = play(run, options, pushes.get());
    std::cout << result.dump() << '\n';
    return result["failed"] == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "sipwake-load: " << error.what() << '\n';
    return 2;
  }
}
