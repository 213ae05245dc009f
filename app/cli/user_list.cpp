#include <iostream>
#include <string>

#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "proxy/runtime/log/escape.hpp"
#include "proxy/runtime/store/reader.hpp"

namespace app::cli {

using proxy::runtime::log::printable;

namespace {

/// What becomes of the user's calls besides that his phones ring; each after a tab.
std::string remarks_of(const proxy::record::User& user) {
  const auto& wish = user.forwarding;
  std::string out = user.enabled ? "" : "\tdisabled";
  if (wish.do_not_disturb) out += "\tdo not disturb";
  const auto forward = [&](const char* when, const std::string& to) {
    if (!to.empty()) out.append("\t").append(when).append(" to ").append(printable(to));
  };
  forward("always", wish.always);
  forward("busy", wish.busy);
  forward("no answer", wish.no_answer);
  if (!wish.no_answer.empty()) out += " after " + std::to_string(wish.no_answer_s) + " s";
  forward("not reachable", wish.not_reachable);
  return out;
}

}  // namespace

int user_list(const Place& place) {
  constexpr std::size_t page = 1'000;
  proxy::store::Reader reader{place.load().settings.data_dir};
  std::int64_t last = 0;
  for (;;) {
    const auto users = reader.users(last, page);
    for (const auto& user : users)
      std::cout << printable(user.aor) << '\t' << printable(user.display_name) << remarks_of(user)
                << '\n';
    if (users.size() < page || !std::cout) return Exit::done;
    last = users.back().id;
  }
}

}  // namespace app::cli
