#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "web/api/answer.hpp"
#include "web/api/message.hpp"
#include "web/api/task.hpp"
#include "web/server/event_hub.hpp"
#include "web/server/idempotency.hpp"

namespace web::server {

enum class Admission : std::uint8_t {
  known,
  unknown,
  expired,
  forged,       ///< a session, but a change without its CSRF token
  unavailable,  ///< nobody can say now
};

/// Whether somebody may come in, and who that is.
struct Admitted {
  Admission admission{Admission::unknown};
  api::Caller caller{};
};

/// What stands behind the HTTP connections. Called on their thread only.
class Backend {
 public:
  using Done = std::function<void(api::Answer)>;

  virtual ~Backend() = default;
  /// Is this bearer token one of ours?
  virtual Admitted admit(std::string_view token) = 0;
  /// Is this the secret of a session? A change needs its CSRF token too.
  virtual Admission admit_session(std::string_view secret, std::string_view csrf, bool change) = 0;
  virtual Idempotency& idempotency() = 0;
  /// Where events are followed, from now on.
  virtual EventHub& events() = 0;
  /// Does what `caller` asks, who may do it, and calls `done` exactly once: at once or later, from
  /// any thread. May throw instead.
  virtual void perform(api::Task task, const api::Caller& caller, Done done) = 0;
};

}  // namespace web::server
