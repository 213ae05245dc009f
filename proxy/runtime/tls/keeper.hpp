#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "proxy/core/settings/settings.hpp"
#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/tls/own_certificate.hpp"
#include "sipstack/net/tls_context.hpp"

namespace proxy::runtime::tls {

/// Keeps the server's certificates: reads them, makes its own where none is configured, says when
/// they expire, and hands new ones on. After start() all happens on the io_context's thread.
class Keeper {
 public:
  using Context = std::shared_ptr<const sip::net::TlsContext>;

  /// Throws TlsError.
  Keeper(const Settings& settings, OwnNames names, log::Log& log, std::chrono::sys_seconds now);

  /// What holds now. May be called from any thread.
  Context context() const;

  /// From now on reads the files again every day.
  void start(boost::asio::io_context& io);
  void stop();
  /// Who is given each new context.
  void on_renewed(std::function<void(Context)> use) { use_ = std::move(use); }
  /// Reads the files again. What cannot be used is logged, and the old certificates stay.
  void reload(std::chrono::sys_seconds now);

 private:
  Context load(std::chrono::sys_seconds now);
  void warn_of_expiry(std::chrono::sys_seconds now);
  void wait();

  const Settings settings_;
  const OwnNames names_;
  log::Log& log_;
  std::function<void(Context)> use_{[](const Context&) {}};
  std::optional<boost::asio::steady_timer> timer_;
  mutable std::mutex mutex_;
  Context context_;
};

std::chrono::sys_seconds wall_now();

}  // namespace proxy::runtime::tls
