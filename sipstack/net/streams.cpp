#include "sipstack/net/streams.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <utility>

#include "sipstack/net/socket.hpp"

namespace sip::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t read_bytes = 65'536;
// A phone that is gone is noticed by the kernel: unanswered probes, or our bytes never
// acknowledged.
constexpr int keep_idle_s = 120;
constexpr int keep_interval_s = 20;
constexpr int keep_probes = 3;
constexpr int unacknowledged_ms = 30'000;

/// Ids start at the wall time, so that none of an earlier run can come again: 2^20 connections a
/// millisecond would be needed to catch up.
std::uint64_t first_id() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
             std::chrono::duration_cast<std::chrono::milliseconds>(wall).count())
         << 20U;
}

void set_option(tcp::socket& socket, int option, int value) {
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
}

void tune(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay{true}, ignored);
  socket.set_option(tcp::socket::keep_alive{true}, ignored);
  set_option(socket, TCP_KEEPIDLE, keep_idle_s);
  set_option(socket, TCP_KEEPINTVL, keep_interval_s);
  set_option(socket, TCP_KEEPCNT, keep_probes);
  set_option(socket, TCP_USER_TIMEOUT, unacknowledged_ms);
}

Endpoint address_key(const Endpoint& peer) { return {peer.address, 0}; }

}  // namespace

Streams::Streams(asio::io_context& io, const Limits& limits, Patience patience, Receiver& receiver,
                 Notices& notices, Counters& counters)
    : io_{io},
      limits_{limits},
      patience_{patience},
      receiver_{receiver},
      notices_{notices},
      counters_{counters},
      next_id_{first_id()},
      scratch_(read_bytes),
      sweep_timer_{io} {}

void Streams::set_source(std::uint8_t listener, const Address& address) {
  sources_[listener] = address;
}

Connection* Streams::find(std::uint64_t id) {
  const auto at = connections_.find(id);
  return at == connections_.end() ? nullptr : at->second.get();
}

Connection& Streams::add(tcp::socket socket, const Flow& flow) {
  auto owned = std::make_unique<Connection>(std::move(socket), flow, limits_);
  auto& connection = *owned;
  connections_.emplace(flow.connection, std::move(owned));
  by_peer_[flow.peer] = flow.connection;
  return connection;
}

void Streams::adopt(tcp::socket socket, std::uint8_t listener) {
  boost::system::error_code error;
  const auto peer = to_endpoint(socket.remote_endpoint(error));
  if (error) return;
  auto& from_there = per_address_[address_key(peer)];
  if (connections_.size() >= limits_.connections || from_there >= limits_.connections_per_address) {
    ++counters_.over_limit;
    notices_.trouble({Transport::tcp, listener, peer, 0}, "too many connections");
    if (from_there == 0) per_address_.erase(address_key(peer));
    notices_.deliver();
    return;
  }
  ++from_there;
  ++counters_.accepted;
  tune(socket);
  auto& connection = add(std::move(socket), {Transport::tcp, listener, peer, next_id_++});
  connection.accepted = true;
  watch(connection);
  open(connection);
  notices_.deliver();
}

void Streams::open(Connection& connection) {
  notices_.opened(connection.flow);
  wait_to_read(connection);
}

Connection* Streams::find_or_connect(const Flow& flow) {
  if (flow.connection != 0) return find(flow.connection);
  if (const auto at = by_peer_.find(flow.peer); at != by_peer_.end()) return find(at->second);
  return connect(flow);
}

Connection* Streams::connect(const Flow& flow) {
  if (connections_.size() >= limits_.connections) {
    ++counters_.over_limit;
    notices_.trouble(flow, "too many connections");
    return nullptr;
  }
  tcp::socket socket{io_};
  boost::system::error_code error;
  const auto peer = to_asio(flow.peer);
  socket.open(peer.protocol(), error);
  if (error) return nullptr;
  tune(socket);
  const auto source = sources_.find(flow.listener);
  if (source != sources_.end() && !source->second.is_unspecified())
    socket.bind(to_asio({source->second, 0}), error);
  if (error) return nullptr;

  const auto id = next_id_++;
  auto& connection = add(std::move(socket), {flow.transport, flow.listener, flow.peer, id});
  connection.connecting = true;
  connection.timer.expires_after(patience_.connect);
  connection.timer.async_wait([this, id](const boost::system::error_code& cancelled) {
    if (!cancelled) on_connected(id, asio::error::timed_out);
  });
  connection.socket.async_connect(
      peer, [this, id](const boost::system::error_code& result) { on_connected(id, result); });
  return &connection;
}

void Streams::on_connected(std::uint64_t id, const boost::system::error_code& error) {
  auto* connection = find(id);
  if (connection == nullptr || !connection->connecting) return;
  if (error) {
    drop(id);
  } else {
    connection->connecting = false;
    connection->timer.cancel();
    open(*connection);
    if (!write(*connection)) drop(id);
  }
  notices_.deliver();
}

void Streams::send(const Flow& flow, const Bytes& bytes, Cookie cookie) {
  auto* connection = find_or_connect(flow);
  if (connection == nullptr) return fail(flow, cookie);
  queue(*connection, {bytes, cookie, flow.connection});
}

void Streams::queue(Connection& connection, SendQueue::Item item) {
  const auto id = connection.flow.connection;
  connection.queue.push(std::move(item));
  if (connection.queue.unsent() > limits_.unsent_bytes_per_flow) {
    // What gathered since the last flush may simply not have been offered to the system yet.
    const bool stands = connection.connecting || connection.waiting_to_write || write(connection);
    if (!stands || connection.queue.unsent() > limits_.unsent_bytes_per_flow) {
      if (stands) {
        ++counters_.slow_readers;
        notices_.trouble(connection.flow, "reads too slowly");
      }
      return drop(id);
    }
  }
  if (!std::exchange(connection.dirty, true)) dirty_.push_back(id);
}

void Streams::flush() {
  for (const auto id : std::exchange(dirty_, {})) {
    auto* connection = find(id);
    if (connection == nullptr) continue;
    connection->dirty = false;
    if (connection->connecting || connection->waiting_to_write) continue;
    if (!write(*connection)) drop(id);
  }
}

/// Hands the system what it takes. False: the connection is broken.
bool Streams::write(Connection& connection) {
  while (!connection.queue.empty()) {
    boost::system::error_code error;
    const auto count = connection.socket.write_some(connection.queue.pieces(), error);
    connection.queue.sent(count);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      connection.waiting_to_write = true;
      connection.socket.async_wait(tcp::socket::wait_write, [this, id = connection.flow.connection](
                                                                const boost::system::error_code&) {
        auto* again = find(id);
        if (again == nullptr) return;
        again->waiting_to_write = false;
        if (write(*again)) return;
        drop(id);
        notices_.deliver();
      });
      return true;
    }
    if (error) return false;
  }
  return true;
}

void Streams::fail(const Flow& flow, Cookie cookie) {
  ++counters_.send_errors;
  if (cookie != 0) notices_.send_failed(flow, cookie);
}

void Streams::drop(std::uint64_t id) {
  const auto at = connections_.find(id);
  if (at == connections_.end()) return;
  const auto gone = std::move(at->second);
  connections_.erase(at);
  const auto& flow = gone->flow;
  if (const auto peer = by_peer_.find(flow.peer); peer != by_peer_.end() && peer->second == id)
    by_peer_.erase(peer);
  if (gone->accepted) {
    const auto count = per_address_.find(address_key(flow.peer));
    if (--count->second == 0) per_address_.erase(count);
  }
  for (const auto& item : gone->queue.items())
    fail({flow.transport, flow.listener, flow.peer, item.asked}, item.cookie);
  if (!gone->connecting) notices_.closed(flow);
}

void Streams::close(const Flow& flow) {
  auto* connection = find(flow.connection);
  if (connection == nullptr) return;
  if (!connection->connecting && !connection->waiting_to_write) write(*connection);
  boost::system::error_code ignored;
  connection->socket.shutdown(tcp::socket::shutdown_both, ignored);
  drop(flow.connection);
}

void Streams::close_all() {
  sweep_timer_.cancel();
  std::vector<Flow> flows;
  flows.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) flows.push_back(connection->flow);
  for (const auto& flow : flows) close(flow);
}

}  // namespace sip::net
