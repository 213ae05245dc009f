#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "web/api/event.hpp"
#include "web/api/message.hpp"
#include "web/api/task.hpp"

namespace web::api {

/// The stream of events, from after `last` on.
struct Watch {
  std::optional<EventId> last;
  bool operator==(const Watch&) const = default;
};

/// A reply that needs nobody else, or what has to be done first, or a reply without an end.
using Plan = std::variant<Reply, Task, Watch>;

/// Turns a request into what it asks for. Everything outside open paths must have been admitted
/// by token before.
Plan plan(const Request& request);

/// May this target be asked for without a token or session? True for what is outside the API and
/// for the login.
bool is_open(std::string_view target);

/// What a token needs for this; nothing: it is open. What is not known needs least, so that its
/// problem can be told. `metrics_open`: the metrics need none (`http.metrics_token` is off).
std::optional<Scope> needed_scope(std::string_view method, std::string_view target,
                                  bool metrics_open = true);

/// One row of the router, for the document that describes it.
struct RouteName {
  std::string_view method;
  std::string_view pattern;  ///< "/api/v1/users/{aor}"
};
std::span<const RouteName> routes();

}  // namespace web::api
