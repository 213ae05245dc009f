#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "web/api/answer.hpp"
#include "web/api/task.hpp"
#include "web/server/event_hub.hpp"

namespace web::server {

enum class Admission : std::uint8_t {
  known,
  unknown,
  forged,       ///< a session, but a change without its CSRF token
  unavailable,  ///< nobody can say now
};

/// What stands behind the HTTP connections. Called on their thread only.
class Backend {
 public:
  using Done = std::function<void(api::Answer)>;

  virtual ~Backend() = default;
  /// Is this bearer token one of ours?
  virtual Admission admit(std::string_view token) = 0;
  /// Is this the secret of a session? A change needs its CSRF token too.
  virtual Admission admit_session(std::string_view secret, std::string_view csrf, bool change) = 0;
  /// Where events are followed, from now on.
  virtual EventHub& events() = 0;
  /// Does what is asked and calls `done` exactly once: at once or later, from any thread. May
  /// throw instead.
  virtual void perform(api::Task task, Done done) = 0;
};

}  // namespace web::server
