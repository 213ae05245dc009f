#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "web/api/answer.hpp"
#include "web/api/task.hpp"

namespace web::server {

enum class Admission : std::uint8_t {
  known,
  unknown,
  unavailable,  ///< nobody can say now
};

/// What stands behind the HTTP connections. Called on their thread only.
class Backend {
 public:
  using Done = std::function<void(api::Answer)>;

  virtual ~Backend() = default;
  /// Is this bearer token one of ours?
  virtual Admission admit(std::string_view token) = 0;
  /// Does what is asked and calls `done` exactly once: at once or later, from any thread. May
  /// throw instead.
  virtual void perform(api::Task task, Done done) = 0;
};

}  // namespace web::server
