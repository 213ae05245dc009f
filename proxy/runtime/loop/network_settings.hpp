#pragma once
#include <memory>

#include "proxy/core/settings/settings.hpp"
#include "sipstack/net/network.hpp"

namespace proxy::runtime {

/// What the network has to know of the settings; the default listeners where none are given.
sip::net::Settings network_settings(const Settings& settings,
                                    std::shared_ptr<const sip::net::TlsContext> tls);

/// Tells the network whose certificate it has to see when it connects to the PBX.
void expect_pbx(const Settings& settings, sip::net::Network& network);

}  // namespace proxy::runtime
