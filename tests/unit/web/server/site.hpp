#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <thread>

#include "tests/unit/web/server/fake_backend.hpp"
#include "web/server/listener.hpp"

namespace web::server {

inline sip::Endpoint loopback() { return *sip::Endpoint::parse("127.0.0.1:0"); }

/// A listener on a port of the system's choice, with a thread of its own.
class Site {
 public:
  explicit Site(std::shared_ptr<Backend> backend, const HttpLimits& limits = {},
                int log_descriptor = -1, proxy::runtime::tls::Source tls = {})
      : null_(::open("/dev/null", O_WRONLY | O_CLOEXEC)),
        log_(std::make_shared<proxy::runtime::log::Log>(
            proxy::runtime::log::Format::text, proxy::Level::debug,
            log_descriptor < 0 ? null_ : log_descriptor)),
        listener_(std::make_shared<Listener>(io_, loopback(), std::move(backend), limits, log_,
                                             std::move(tls))),
        thread_([this] { io_.run(); }) {
    listener_->open();
  }
  Site(const Site&) = delete;
  ~Site() {
    listener_->close();
    work_.reset();
    thread_.join();
    ::close(null_);
  }

  std::uint16_t port() const { return listener_->bound().port; }
  Listener& listener() { return *listener_; }
  /// Does something on the thread of the listener.
  void run(std::function<void()> what) { boost::asio::post(io_, std::move(what)); }

 private:
  int null_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::shared_ptr<proxy::runtime::log::Log> log_;
  std::shared_ptr<Listener> listener_;
  std::thread thread_;
};

}  // namespace web::server
