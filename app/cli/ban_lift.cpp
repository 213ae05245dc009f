#include <iostream>
#include <limits>

#include "app/cli/admin.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "sipstack/base/text.hpp"

namespace app::cli {

int ban_lift(const BanOptions& options) {
  proxy::LiftBan lift{0, options.address};
  const auto id = sip::parse_number(options.address, std::numeric_limits<std::int64_t>::max());
  if (id && *id != 0) lift = {static_cast<std::int64_t>(*id), ""};
  must(Admin::open(options.place.load().settings)->change(lift), options.address);
  std::cout << "lifted " << options.address << '\n';
  return Exit::done;
}

}  // namespace app::cli
