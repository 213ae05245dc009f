#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sipstack/base/bytes.hpp"
#include "sipstack/base/limits.hpp"
#include "sipstack/net/connection.hpp"
#include "sipstack/net/receiver.hpp"

namespace sip::net {

/// How long a stream may take.
struct Patience {
  std::chrono::milliseconds first_message{std::chrono::seconds{30}};  ///< and each begun one
  std::chrono::milliseconds connect{std::chrono::seconds{5}};
};

/// All TCP connections, accepted and made. Destroy it only after the io_context has run for the
/// last time.
class Streams {
 public:
  Streams(boost::asio::io_context& io, const Limits& limits, Patience patience, Receiver& receiver,
          Notices& notices, Counters& counters);

  /// Connections asked for on this listener leave from its address.
  void set_source(std::uint8_t listener, const Address& address);
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
  using Clock = std::chrono::steady_clock;

  Connection* find(std::uint64_t id);
  Connection& add(boost::asio::ip::tcp::socket socket, const Flow& flow);
  Connection* find_or_connect(const Flow& flow);
  Connection* connect(const Flow& flow);
  void on_connected(std::uint64_t id, const boost::system::error_code& error);
  void open(Connection& connection);
  void wait_to_read(Connection& connection);
  void on_readable(std::uint64_t id);
  void take(std::uint64_t id, std::string_view bytes);
  bool take_item(std::uint64_t id);
  void queue(Connection& connection, SendQueue::Item item);
  bool write(Connection& connection);
  void fail(const Flow& flow, Cookie cookie);
  void drop(std::uint64_t id);

  void watch(Connection& connection);
  void arm_sweep();
  void sweep();

  boost::asio::io_context& io_;
  const Limits limits_;
  const Patience patience_;
  Receiver& receiver_;
  Notices& notices_;
  Counters& counters_;

  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::unordered_map<Endpoint, std::uint64_t> by_peer_;    ///< the newest connection to a peer
  std::unordered_map<Endpoint, std::size_t> per_address_;  ///< accepted ones; port 0
  std::unordered_map<std::uint8_t, Address> sources_;
  std::vector<std::uint64_t> dirty_;
  std::uint64_t next_id_;
  std::vector<char> scratch_;

  struct Watch {
    Clock::time_point due;
    std::uint64_t id{0};
  };
  std::deque<Watch> watches_;
  boost::asio::steady_timer sweep_timer_;
  bool sweeping_{false};
};

}  // namespace sip::net
