#include <exception>
#include <iostream>
#include <memory>

#include "app/demo/webhook_receiver.hpp"
#include "bench/load/run.hpp"
#include "sipstack/auth/digest.hpp"

namespace {

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

nlohmann::ordered_json play(bench::Run& run, const bench::Options& options) {
  switch (options.mode) {
    case bench::Mode::users:
      break;
    case bench::Mode::reg:
    case bench::Mode::refresh:
      return bench::run_reg(run, options);
    case bench::Mode::options:
      return bench::run_options(run, options);
    case bench::Mode::call:
      return bench::run_call(run, options);
    case bench::Mode::pend:
      return bench::run_pend(run, options);
    case bench::Mode::late:
      return bench::run_late(run, options);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Options options = bench::read_options(argc, argv);
  if (options.mode == bench::Mode::users) {
    print_users(options);
    return 0;
  }
  try {
    std::unique_ptr<app::demo::WebhookReceiver> pushes;
    if (options.webhook_port != 0)
      pushes = std::make_unique<app::demo::WebhookReceiver>(std::string{}, options.webhook_port);
    bench::Run run{options};
    const auto result = play(run, options);
    std::cout << result.dump() << '\n';
    return result["failed"] == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "sipwake-load: " << error.what() << '\n';
    return 2;
  }
}
