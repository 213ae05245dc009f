#pragma once
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/view/view.hpp"
#include "proxy/runtime/control/question.hpp"

namespace proxy::runtime::control {

/// Takes changes from the command line over DATA_DIR/control.sock (mode 0600): one JSON line a
/// request, one line a reply, in order. At most 16 connections; a line that is too long or no
/// request is answered and, if too long, the connection closed.
class ControlServer {
 public:
  /// Asks for the change; the callback must come exactly once, on the thread of the io_context.
  /// `actor` is the command line of some user of this machine.
  using Submit =
      std::function<void(Change change, Actor actor, std::function<void(view::Answer)> done)>;

  /// Asks the API; the same holds for its callback.
  using Ask = std::function<void(Question question, Actor actor, std::function<void(Told)> done)>;

  /// Binds at once, over a socket that a dead process left: hold the DataLock. Serves while
  /// `context` runs. Throws StartError.
  ControlServer(boost::asio::io_context& context, const std::string& data_dir, Submit submit,
                Ask ask = {});
  /// Removes the socket. Only when `context` does not run any more; callbacks that still come do
  /// nothing.
  ~ControlServer();
  ControlServer(ControlServer&&) = delete;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace proxy::runtime::control
