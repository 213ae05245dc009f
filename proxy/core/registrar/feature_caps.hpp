#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/registrar/register_request.hpp"

namespace proxy::registrar {

/// The Feature-Caps values of the 200 (RFC 8599 section 8, RFC 6809): one for each service that a
/// contact of this REGISTER is woken by, and those there are when it asks. `purr` names the device
/// that registers, for requests inside its dialogs (section 6); empty: it is not woken for them.
std::vector<std::string> feature_caps(const RegisterRequest& request, const Settings& settings,
                                      std::string_view purr);

}  // namespace proxy::registrar
