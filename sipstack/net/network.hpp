#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "sipstack/base/bytes.hpp"
#include "sipstack/base/limits.hpp"
#include "sipstack/net/receiver.hpp"
#include "sipstack/net/socket.hpp"
#include "sipstack/net/streams.hpp"
#include "sipstack/net/tap.hpp"
#include "sipstack/net/tcp_listener.hpp"
#include "sipstack/net/udp_listener.hpp"

namespace sip::net {

struct Settings {
  struct Listener {
    Transport transport{Transport::udp};
    Endpoint address{};                  ///< port 0: chosen by the system
    bool optional{false};                ///< left out where the system lacks its address family
    std::vector<std::string> origins{};  ///< pages that may open a WebSocket; empty: any
  };
  std::vector<Listener> listeners;
  Limits limits;
  Patience patience;
  std::shared_ptr<const TlsContext> tls{};  ///< needed by tls and wss listeners
};

/// Several listeners and all their flows, on one thread: the io_context's. Destroy it only after
/// the io_context has run for the last time.
class Network {
 public:
  /// Binds all listeners; throws BindError for the first one that fails.
  Network(boost::asio::io_context& io, const Settings& settings, Receiver& receiver);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// Begins to receive.
  void start();
  /// Who looks on at all messages from now on, as long as this lives; null: nobody.
  void set_tap(Tap* tap);
  /// Gathers; nothing leaves before flush(). A flow that is not there any more is a failed send.
  void send(const Flow& flow, const Bytes& bytes, Cookie cookie = 0);
  void flush();
  /// Closes a stream once what the system takes at once is written; nothing for UDP.
  void close(const Flow& flow);
  /// Other certificates, for connections to come; those that are there are kept.
  void renew_tls(std::shared_ptr<const TlsContext> tls) { streams_.set_tls(std::move(tls)); }
  /// When we connect to this peer over TLS its certificate must be for `name`; without this for its
  /// address (RFC 5922 section 7.3).
  void expect(const Endpoint& peer, std::string name) { streams_.expect(peer, std::move(name)); }
  void expect_nobody() { streams_.expect_nobody(); }
  /// Closes everything; nothing is told any more except what was under way.
  void shut();

  struct Bound {
    Transport transport{Transport::udp};
    Endpoint endpoint{};
  };
  /// By listener index, as in Flow::listener.
  const std::vector<Bound>& bound() const { return bound_; }
  /// Optional listeners that were left out: "udp [::]:5060: Address family not supported".
  const std::vector<std::string>& skipped() const { return skipped_; }
  const Counters& counters() const { return counters_; }
  std::size_t connections() const { return streams_.size(); }

 private:
  /// One of the two: UDP, or anything over TCP.
  struct Listener {
    std::unique_ptr<UdpListener> udp;
    std::unique_ptr<TcpListener> tcp;
  };

  void bind(const Settings::Listener& wanted);

  boost::asio::io_context& io_;
  Receiver& receiver_;
  Notices notices_;
  Counters counters_;
  Streams streams_;
  std::vector<Listener> listeners_;
  std::vector<Bound> bound_;
  std::vector<std::string> skipped_;
};

}  // namespace sip::net
