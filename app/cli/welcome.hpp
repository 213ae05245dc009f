#pragma once
#include <iosfwd>

#include "app/cli/place.hpp"
#include "app/cli/running.hpp"

namespace app::cli {

/// Says where everything is and what to do next. When there is no API token yet it makes the first
/// one and shows it. Throws Failed when that cannot be done.
void welcome(Running& running, const Place& place, std::ostream& out);

}  // namespace app::cli
