#pragma once
#include <string>
#include <vector>

#include "proxy/core/settings/settings.hpp"

namespace proxy::runtime::push {

/// What was found out about one push service.
struct Finding {
  bool well{false};
  std::string service;  ///< "apns DEF1234567", "fcm my-project", "webhook 127.0.0.1:9000"
  std::string text;     ///< what was found, and what to do about it
};

/// Connects to every configured push service and asks each for a push to a made-up phone, which
/// wakes nobody: how it refuses proves whether it takes our credentials. Takes at most half a
/// minute. Throws std::runtime_error when a key or certificate cannot be used at all.
std::vector<Finding> dry_run(const Settings& settings);

}  // namespace proxy::runtime::push
