#pragma once
#include <ares.h>

#include <string>

#include "sipstack/locate/record.hpp"

namespace proxy::resolve {

/// What the hosts file of the system says of a name; no records when it says nothing.
sip::locate::Answer look_into_hosts(ares_channel channel, const std::string& name);

}  // namespace proxy::resolve
