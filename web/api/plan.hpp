#pragma once
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "web/api/message.hpp"
#include "web/api/task.hpp"

namespace web::api {

/// A reply that needs nobody else, or what has to be done first.
using Plan = std::variant<Reply, Task>;

/// Turns a request into what it asks for. Everything outside open paths must have been admitted
/// by token before.
Plan plan(const Request& request);

/// May this target be asked for without a token? True for the four paths outside the API, and for
/// what does not exist outside it.
bool is_open(std::string_view target);

/// One row of the router, for the document that describes it.
struct RouteName {
  std::string_view method;
  std::string_view pattern;  ///< "/api/v1/users/{aor}"
};
std::span<const RouteName> routes();

}  // namespace web::api
