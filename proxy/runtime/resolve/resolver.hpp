#pragma once
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "proxy/core/engine/action.hpp"
#include "proxy/core/engine/event.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy::resolve {

/// c-ares could not be set up; `what()` is one line.
class ResolverError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Asks name servers. All on the thread of one io_context; destroy it only after that has run for
/// the last time.
class Resolver {
 public:
  struct Options {
    std::vector<sip::Endpoint> servers;  ///< empty: those of the system
    std::chrono::milliseconds timeout{1'000};
  };
  using Done = std::function<void(Resolved)>;

  /// Throws ResolverError.
  Resolver(boost::asio::io_context& io, const Options& options, Done done);
  ~Resolver();
  Resolver(Resolver&&) = delete;

  /// Ends in one Resolved, sooner or later; in none after stop(). More than 1,000 at once are
  /// refused.
  void resolve(const Resolve& resolve);
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace proxy::resolve
