#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/runtime/loop/server.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace torture {

/// The real server on loopback sockets, its data in a folder of its own.
class Site {
 public:
  /// `trusting`: nobody is asked for a password but for a REGISTER, so that more is done with what
  /// comes.
  explicit Site(bool trusting = false);
  ~Site();
  Site(Site&&) = delete;

  /// What the server has counted.
  proxy::view::Counters counters();
  const sip::Endpoint& udp() const { return server_->settings().locals.at(0).bound; }
  const sip::Endpoint& tcp() const { return server_->settings().locals.at(1).bound; }

 private:
  void add_users();

  std::string folder_;
  std::optional<proxy::runtime::Server> server_;
};

/// A client socket on loopback.
class Peer {
 public:
  Peer(sip::Transport transport, const sip::Endpoint& server);
  ~Peer();
  Peer(const Peer&) = delete;

  /// False when the other side has closed.
  bool send(std::string_view bytes);
  /// What has come; an empty text after `patience`, or when the other side has closed.
  std::string receive(std::chrono::milliseconds patience);
  bool closed() const { return closed_; }

 private:
  int descriptor_;
  bool closed_{false};
};

/// An OPTIONS for the server itself, told from others by its Call-ID.
std::string probe(const std::string& call_id);
/// Asks over a socket of its own; false when no 200 comes within five seconds.
bool is_alive(const Site& site);

/// What the server said to one message.
struct Outcome {
  std::string verdict;  ///< "407", "-" (nothing), "close", "waits" (a stream: for more bytes)
  bool alive{false};    ///< it answered a probe afterwards
};
Outcome try_udp(const Site& site, const std::string& message);
Outcome try_tcp(const Site& site, const std::string& message);

/// The table of all torture messages; 0 when each got what it should.
int print_table();
/// Damaged messages and stream pieces with probes in between; 0 when no probe was lost.
int run_storm(std::uint64_t messages, std::uint64_t seed);

}  // namespace torture
