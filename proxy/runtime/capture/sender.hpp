#pragma once
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/settings/settings.hpp"
#include "proxy/core/view/captured.hpp"
#include "proxy/runtime/capture/hep.hpp"
#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/resolve/resolver.hpp"
#include "sipstack/net/tap.hpp"

namespace proxy::capture {

/// Sends a copy of every message to the capture server, one datagram each, and never waits: what
/// cannot leave at once is lost, counted, and said once a second. A name is looked up at the start
/// and every five minutes. All on the thread of one io_context; destroy it only after that has run
/// for the last time.
class Sender : public sip::net::Tap {
 public:
  /// What a socket that is bound to 0.0.0.0 or [::] is shown as.
  struct Home {
    sip::Address v4{};
    sip::Address v6{};
  };

  /// Throws resolve::ResolverError. `settings.host` is not empty.
  Sender(boost::asio::io_context& io, Settings::Capture settings,
         const resolve::Resolver::Options& dns, const Home& home, runtime::log::Log& log);

  void start();
  void stop();

  void on_received(const sip::Flow& flow, const sip::Endpoint& local,
                   std::string_view message) override;
  void on_sent(const sip::Flow& flow, const sip::Endpoint& local,
               std::string_view message) override;
  /// From any thread.
  view::Captured counters() const { return {sent_, dropped_, cut_}; }

 private:
  sip::Endpoint shown(const sip::Endpoint& local, const sip::Endpoint& peer) const;
  void copy(const sip::Flow& flow, const sip::Endpoint& from, const sip::Endpoint& to,
            std::string_view message);
  void drop(std::string why);
  void ask();
  void ask_again(std::chrono::seconds pause);
  void on_resolved(const Resolved& resolved);
  void connect(const sip::Endpoint& server);

  boost::asio::io_context& io_;
  const Settings::Capture settings_;
  const Home home_;
  runtime::log::Log& log_;
  boost::asio::ip::udp::socket socket_;
  boost::asio::steady_timer timer_;
  std::optional<resolve::Resolver> resolver_;  ///< of a name
  std::optional<sip::Endpoint> server_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> cut_{0};
};

}  // namespace proxy::capture
