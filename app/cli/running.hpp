#pragma once
#include <memory>

#include "app/cli/http.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/runtime/control/control_server.hpp"
#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/loop/server.hpp"

namespace app::cli {

/// A server with its doors: SIP, HTTP and the control socket.
class Running {
 public:
  /// Binds everything and starts. Throws proxy::runtime::StartError.
  Running(const proxy::Settings& settings, const std::shared_ptr<proxy::runtime::log::Log>& log,
          const HttpOptions& http);
  /// Stops cleanly.
  ~Running();
  Running(Running&&) = delete;

  proxy::runtime::Server& server() { return server_; }
  const proxy::runtime::Server& server() const { return server_; }
  sip::Endpoint http() const { return http_.bound(); }
  /// Asks for a change and waits for its answer.
  proxy::view::Answer change(const proxy::Change& change);

 private:
  proxy::runtime::Server server_;
  proxy::runtime::control::ControlServer control_;
  Http http_;
};

}  // namespace app::cli
