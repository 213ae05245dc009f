#pragma once
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/view/view.hpp"

namespace proxy::runtime::control {

/// Takes changes from the command line over DATA_DIR/control.sock (mode 0600): one JSON line a
/// request, one line a reply, in order. At most 16 connections; a line that is too long or no
/// request is answered and, if too long, the connection closed.
class ControlServer {
 public:
  /// Asks for the change; the callback must come exactly once, on the thread of the io_context.
  using Submit = std::function<void(Change change, std::function<void(view::Answer)> done)>;

  /// Binds at once, over a socket that a dead process left: hold the DataLock. Serves while
  /// `context` runs. Throws StartError.
  ControlServer(boost::asio::io_context& context, const std::string& data_dir, Submit submit);
  /// Removes the socket. Only when `context` does not run any more; callbacks that still come do
  /// nothing.
  ~ControlServer();
  ControlServer(ControlServer&&) = delete;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace proxy::runtime::control
