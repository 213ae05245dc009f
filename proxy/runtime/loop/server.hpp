#pragma once
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/core/view/captured.hpp"
#include "proxy/core/view/provider.hpp"
#include "proxy/core/view/view.hpp"
#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/loop/news.hpp"
#include "proxy/runtime/tls/session.hpp"
#include "sipstack/net/certificate.hpp"

namespace proxy::runtime {

/// Something the world would not give us at the start: a port in use, an unwritable folder, a
/// broken database. `what()` is one line that says what and where; main prints it and exits 2.
class StartError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The shell around one Engine: an engine thread with the SIP sockets, a store thread, and an edge
/// thread for HTTP and push clients.
class Server {
 public:
  /// Opens the store (and takes its lock file), restores the engine and binds the listeners.
  /// Throws StartError.
  Server(Settings settings, std::shared_ptr<log::Log> log);
  ~Server();
  Server(Server&&) = delete;

  /// Starts the threads; returns at once.
  void start();
  /// Stops taking calls, commits what is open, ends the threads. Idempotent.
  void stop();

  /// As resolved: domains and aliases filled in, bound ports in `locals`.
  const Settings& settings() const;
  std::int64_t uptime_s() const;

  // Any thread.
  /// Reads the certificates again, for connections to come; those that are there are kept.
  void reload_certificates();
  /// The default one first; none without a tls or wss listener.
  std::vector<sip::net::CertificateFacts> certificates() const;
  /// What TLS connections are accepted with now; null: no listener needs it. From any thread.
  tls::Context tls_context() const;

  // All of these may be called from any thread after start(). The callback runs on the edge thread,
  // exactly once; when the engine does not take the request in time it gets Refused{503}.
  using Callback = std::function<void(view::Answer)>;
  void ask(view::Query query, Callback done);
  /// `actor` is who is named in the audit; without one nobody is.
  void change(Change change, Callback done, Actor actor = {});

  /// What happens, from now on, on the edge thread; nothing: no more. Call it there.
  void watch(NewsDesk::Hear hear);

  /// Runs the push clients and, when there is one, the HTTP server.
  boost::asio::io_context& edge();
  /// How the push services are. On the edge thread only.
  std::vector<view::Provider> providers() const;
  /// What became of the copies for the capture server. From any thread.
  view::Captured captured() const;
  std::string database_path() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxy::runtime
