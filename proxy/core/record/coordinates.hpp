#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/rows.hpp"

namespace proxy::record {

/// What the coordinates of an iPhone mean, in any of the dialects phones speak:
/// `pn-param=TEAM.bundle.voip&remote;pn-prid=T1:voip&T2:remote` in any order and with parts
/// missing, or the older `app-id=bundle[.voip].dev|prod` with a bare token.
struct AppleCoordinates {
  std::string bundle;       ///< bundle id: without team, ".voip" and environment; may be empty
  std::string voip_token;   ///< hex digits in lower case; empty: none was given
  std::string alert_token;  ///< the same, for pushes that open no call screen
  bool sandbox{false};      ///< the environment its provider says
  bool voip{true};          ///< pushes that open the call screen are asked for
};

/// Nothing when the provider is not Apple's, or no token in it can be one.
std::optional<AppleCoordinates> apple_coordinates(const PushTarget& push);

/// True when these coordinates of an iPhone have lost their token on the way, and `known` has not:
/// what was known before still holds (phones repeat REGISTERs with parts missing).
bool is_damaged(const PushTarget& push, const PushTarget& known);

}  // namespace proxy::record
