#pragma once
#include <string>

#include "proxy/core/engine/action.hpp"
#include "proxy/core/engine/event.hpp"
#include "sipstack/base/time.hpp"

namespace test {

struct Line;

/// Sees what the server is told and what it does, as it happens.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before the server meets it.
  virtual void to_server(const Line& line, const std::string& bytes) = 0;
  virtual void keep_alive(const Line& line) = 0;
  /// When it leaves; `asked` is earlier if it had to wait for a commit. Without a line it went
  /// where nobody is.
  virtual void from_server(const Line* line, const proxy::Send& send, sip::Duration asked) = 0;
  virtual void pushed(const proxy::Push& push) = 0;
  virtual void push_dropped(proxy::PushId id) = 0;
  virtual void push_done(const proxy::PushDone& done) = 0;
  virtual void wrote(const proxy::Write& write) = 0;
  virtual void committed(proxy::Seq to) = 0;
  virtual void store_failed(proxy::Seq from, proxy::Seq to) = 0;
  /// The server has been told.
  virtual void flow_closed(const Line& line) = 0;
  virtual void send_failed(const proxy::SendFailed& failed) = 0;
  virtual void crashed() = 0;
  virtual void started() = 0;
  /// What the server was told last is done, with all that came of it.
  virtual void step_over() = 0;
};

}  // namespace test
