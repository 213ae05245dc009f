#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "proxy/runtime/log/log.hpp"
#include "web/server/backend.hpp"
#include "web/server/limits.hpp"
#include "web/server/wire.hpp"

namespace web::server {

/// One HTTP/1.1 connection. On the thread of its socket's executor only.
class Session {
 public:
  virtual ~Session() = default;
  /// Ends the connection now.
  virtual void close() = 0;
  /// Since when it has been waiting for a request; nothing while it works on one.
  virtual std::optional<std::chrono::steady_clock::time_point> idle_since() const = 0;
};

/// Serves requests until the connection ends, then calls `ended`.
std::shared_ptr<Session> start_session(std::unique_ptr<Wire> wire, std::shared_ptr<Backend> backend,
                                       const HttpLimits& limits,
                                       std::shared_ptr<proxy::runtime::log::Log> log,
                                       std::function<void()> ended);

}  // namespace web::server
