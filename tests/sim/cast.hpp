#pragma once
#include <string>
#include <vector>

#include "proxy/core/settings/settings.hpp"
#include "tests/sim/dice.hpp"
#include "tests/sim/handset.hpp"

namespace test::sim {

inline constexpr std::string_view domain = "example.com";
inline constexpr std::string_view password = "secret";

/// Random settings, within what is sensible.
proxy::Settings choose_settings(Dice& dice, Dice& rare);

struct Part {
  PhoneConfig config;
  Handset::Kind kind{Handset::Kind::mobile};
  std::size_t user{0};
};
/// One to six users u0, u1, ... with one to three devices each, numbered from 1.
std::vector<Part> choose_devices(Dice& dice, Dice& rare);
/// True when the policy gives late calls to a phone like this.
bool gets_late_calls(const PhoneConfig& config, const proxy::Settings::LateCall& policy);

/// Where the trusted PBX is.
inline constexpr int pbx_number = 90;
inline constexpr int first_caller_number = 80;

}  // namespace test::sim
