#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sipstack/base/bytes.hpp"
#include "sipstack/base/deadline_queue.hpp"
#include "sipstack/base/limits.hpp"
#include "sipstack/net/connection.hpp"
#include "sipstack/net/patience.hpp"
#include "sipstack/net/receiver.hpp"
#include "sipstack/net/tap.hpp"
#include "sipstack/net/tls_context.hpp"

namespace sip::net {

/// All connections, accepted and made: TCP, TLS, WebSocket and both together. Destroy it only after
/// the io_context has run for the last time.
class Streams {
 public:
  Streams(boost::asio::io_context& io, const Limits& limits, Patience patience, Receiver& receiver,
          Notices& notices, Counters& counters);

  /// What connections of one listener have in common.
  struct Door {
    Transport transport{Transport::tcp};
    Address address{};                 ///< connections asked for leave from here
    std::vector<std::string> origins;  ///< of WebSocket pages; empty: any
  };
  void add_door(std::uint8_t listener, Door door);
  /// Who looks on; null: nobody.
  void set_tap(Tap* tap) { tap_ = tap; }
  /// For connections to come; those that are there keep what they have.
  void set_tls(std::shared_ptr<const TlsContext> tls) { tls_ = std::move(tls); }
  /// The certificate of this TLS peer must be for `name`; without this for its address.
  void expect(const Endpoint& peer, std::string name) { names_[peer] = std::move(name); }
  void expect_nobody() { names_.clear(); }

  /// Takes over an accepted connection, or closes it when there are too many.
  void adopt(boost::asio::ip::tcp::socket socket, std::uint8_t listener);
  /// To the flow's connection; with connection 0 to any connection to that peer, or a new one.
  void send(const Flow& flow, const Bytes& bytes, Cookie cookie);
  void flush();
  /// Writes what the system takes at once, then closes.
  void close(const Flow& flow);
  void close_all();
  std::size_t size() const { return connections_.size(); }

 private:
  Connection* find(std::uint64_t id);
  Connection& add(boost::asio::ip::tcp::socket socket, const Flow& flow);
  Connection* find_or_connect(const Flow& flow);
  Connection* connect(const Flow& flow);
  void on_connected(std::uint64_t id, const boost::system::error_code& error);
  void begin(Connection& connection);
  void secure(Connection& connection);
  std::unique_ptr<Protocol> make_protocol(const Flow& flow) const;
  void greet(Connection& connection);
  void open(Connection& connection);

  void wait_to_read(Connection& connection, boost::asio::ip::tcp::socket::wait_type for_what);
  void on_ready(std::uint64_t id);
  void read(Connection& connection);
  void take(std::uint64_t id, std::string_view bytes);
  bool take_item(std::uint64_t id);
  void end(Connection& connection, std::string_view why);

  void queue(Connection& connection, SendQueue::Item item);
  void queue_message(Connection& connection, SendQueue::Item item);
  bool write(Connection& connection);
  void show_written(const Connection& connection, std::size_t count);
  void write_on(std::uint64_t id);
  void wait_to_write(Connection& connection);
  void fail(const Flow& flow, Cookie cookie);
  void give_up(Connection& connection, std::string_view why);
  void drop(std::uint64_t id);

  void watch(Connection& connection);
  TimePoint next_look(const Connection& connection) const;
  void look_at(Connection& connection, TimePoint now);
  void arm();
  void on_time();

  boost::asio::io_context& io_;
  const Limits limits_;
  const Patience patience_;
  Receiver& receiver_;
  Notices& notices_;
  Counters& counters_;
  std::shared_ptr<const TlsContext> tls_;
  Tap* tap_{nullptr};

  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::unordered_map<Flow, std::uint64_t> by_peer_;        ///< the newest one to a peer
  std::unordered_map<Endpoint, std::size_t> per_address_;  ///< accepted ones; port 0
  std::unordered_map<std::uint8_t, Door> doors_;
  std::unordered_map<Endpoint, std::string> names_;
  std::vector<std::uint64_t> dirty_;
  std::uint64_t next_id_;
  std::vector<char> scratch_;

  DeadlineQueue<std::uint64_t> looks_;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> armed_for_;
};

}  // namespace sip::net
