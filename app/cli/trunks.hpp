#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/look.hpp"
#include "app/cli/place.hpp"

namespace app::cli {

// Trunks and routes, through the API of the running server or the data folder.

/// What was not given stays as it is, or as it is by itself.
struct TrunkOptions {
  Place place;
  std::string name;
  std::vector<std::string> targets, sources;
  std::optional<std::string> domain, username, password, inbound_username, inbound_password,
      inbound_certificate, tls_name;
  std::optional<bool> enabled, registers, asserts_identity;
  std::optional<std::uint32_t> expires, probe, channels;
};
int trunk_list(const LookOptions& options);
int trunk_add(const TrunkOptions& options);
/// By id or name.
int trunk_set(const TrunkOptions& options);
/// By id or name.
int trunk_remove(const LookOptions& options);

struct RouteOptions {
  Place place;
  std::string name;
  std::optional<std::string> from, caller, callee, prepend, set_caller, user, trunk;
  std::optional<std::uint32_t> position, strip, reject;
  std::optional<bool> enabled, emergency;
};
int route_list(const LookOptions& options);
int route_add(const RouteOptions& options);
/// By id or name.
int route_set(const RouteOptions& options);
int route_remove(const LookOptions& options);

struct RouteTestOptions {
  Place place;
  bool json{false};
  std::string number;
  std::string from;
  std::string trunk;
};
/// Says step by step where a call would go.
int route_test(const RouteTestOptions& options);

}  // namespace app::cli
