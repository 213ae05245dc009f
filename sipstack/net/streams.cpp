#include "sipstack/net/streams.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <chrono>
#include <utility>

#include "sipstack/net/clock.hpp"
#include "sipstack/net/plain_channel.hpp"
#include "sipstack/net/sip_stream.hpp"
#include "sipstack/net/socket.hpp"
#include "sipstack/net/websocket_session.hpp"

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
Flow peer_key(const Flow& flow) { return {flow.transport, 0, flow.peer, 0}; }

bool is_secure(Transport transport) {
  return transport == Transport::tls || transport == Transport::wss;
}

/// Whom we have not connected to ourselves has not shown who it is.
bool serves_others(const Connection& connection) {
  return !connection.accepted || connection.flow.transport == Transport::tcp;
}

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
      timer_{io} {}

void Streams::add_door(std::uint8_t listener, Door door) {
  doors_.insert_or_assign(listener, std::move(door));
}

Connection* Streams::find(std::uint64_t id) {
  const auto at = connections_.find(id);
  return at == connections_.end() ? nullptr : at->second.get();
}

Connection& Streams::add(tcp::socket socket, const Flow& flow) {
  auto owned = std::make_unique<Connection>(std::move(socket), flow);
  auto& connection = *owned;
  connections_.emplace(flow.connection, std::move(owned));
  connection.since = connection.heard = read_clock();
  return connection;
}

void Streams::adopt(tcp::socket socket, std::uint8_t listener) {
  boost::system::error_code error;
  const auto peer = to_endpoint(socket.remote_endpoint(error));
  if (error) return;
  const auto transport = doors_.at(listener).transport;
  auto& from_there = per_address_[address_key(peer)];
  if (connections_.size() >= limits_.connections || from_there >= limits_.connections_per_address) {
    ++counters_.over_limit;
    notices_.trouble({transport, listener, peer, 0}, "too many connections");
    if (from_there == 0) per_address_.erase(address_key(peer));
    notices_.deliver();
    return;
  }
  ++from_there;
  ++counters_.accepted;
  tune(socket);
  auto& connection = add(std::move(socket), {transport, listener, peer, next_id_++});
  connection.accepted = true;
  begin(connection);
  notices_.deliver();
}

Connection* Streams::find_or_connect(const Flow& flow) {
  if (flow.connection != 0) return find(flow.connection);
  if (const auto at = by_peer_.find(peer_key(flow)); at != by_peer_.end()) return find(at->second);
  return connect(flow);
}

Connection* Streams::connect(const Flow& flow) {
  const auto door = doors_.find(flow.listener);
  // A browser is reached over the connection it made, or not at all (RFC 7118 section 5).
  const bool possible =
      flow.transport == Transport::tcp || (flow.transport == Transport::tls && tls_ != nullptr);
  if (!possible || door == doors_.end() || door->second.transport != flow.transport) return nullptr;
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
  if (!door->second.address.is_unspecified())
    socket.bind(to_asio({door->second.address, 0}), error);
  if (error) return nullptr;

  const auto id = next_id_++;
  auto& connection = add(std::move(socket), {flow.transport, flow.listener, flow.peer, id});
  by_peer_[peer_key(flow)] = id;
  watch(connection);
  connection.socket.async_connect(
      peer, [this, id](const boost::system::error_code& result) { on_connected(id, result); });
  return &connection;
}

void Streams::on_connected(std::uint64_t id, const boost::system::error_code& error) {
  auto* connection = find(id);
  if (connection == nullptr || connection->state != Connection::State::connecting) return;
  if (error) {
    drop(id);
  } else {
    begin(*connection);
    write_on(id);
  }
  notices_.deliver();
}

/// The connection is there: now it is secured.
void Streams::begin(Connection& connection) {
  const auto& flow = connection.flow;
  const int descriptor = connection.socket.native_handle();
  if (!is_secure(flow.transport)) {
    connection.channel = std::make_unique<PlainChannel>(connection.socket);
  } else if (connection.accepted) {
    connection.channel = tls_->accept(descriptor);
  } else {
    const auto name = names_.find(flow.peer);
    connection.channel = tls_->connect(
        descriptor, name == names_.end() ? flow.peer.address.to_string() : name->second);
  }
  if (!connection.channel) return give_up(connection, "TLS: no name to expect");
  connection.state = Connection::State::securing;
  connection.since = connection.heard = read_clock();
  watch(connection);
  secure(connection);
}

void Streams::secure(Connection& connection) {
  const auto progress = connection.channel->handshake();
  switch (progress.state) {
    case Progress::State::done:
      return greet(connection);
    case Progress::State::wait_read:
      return wait_to_read(connection, tcp::socket::wait_read);
    case Progress::State::wait_write:
      return wait_to_read(connection, tcp::socket::wait_write);
    case Progress::State::ended:
      ++counters_.handshake_errors;
      notices_.trouble(connection.flow, connection.channel->problem());
      return drop(connection.flow.connection);
  }
}

std::unique_ptr<Protocol> Streams::make_protocol(const Flow& flow) const {
  if (flow.transport == Transport::ws || flow.transport == Transport::wss)
    return std::make_unique<WebSocketSession>(limits_, doors_.at(flow.listener).origins);
  return std::make_unique<SipStream>(limits_);
}

void Streams::greet(Connection& connection) {
  connection.protocol = make_protocol(connection.flow);
  connection.state = Connection::State::greeting;
  if (!connection.protocol->has_handshake()) open(connection);
  wait_to_read(connection, tcp::socket::wait_read);
}

void Streams::open(Connection& connection) {
  connection.state = Connection::State::open;
  connection.since = read_clock();
  if (serves_others(connection)) by_peer_[peer_key(connection.flow)] = connection.flow.connection;
  watch(connection);
  notices_.opened(connection.flow, connection.channel->proven());
}

void Streams::drop(std::uint64_t id) {
  const auto at = connections_.find(id);
  if (at == connections_.end()) return;
  const auto gone = std::move(at->second);
  connections_.erase(at);
  looks_.set(id, std::nullopt);
  const auto& flow = gone->flow;
  const auto peer = by_peer_.find(peer_key(flow));
  if (peer != by_peer_.end() && peer->second == id) by_peer_.erase(peer);
  if (gone->accepted) {
    const auto count = per_address_.find(address_key(flow.peer));
    if (--count->second == 0) per_address_.erase(count);
  }
  for (const auto& item : gone->queue.items())
    fail({flow.transport, flow.listener, flow.peer, item.asked}, item.cookie);
  if (gone->state == Connection::State::open) notices_.closed(flow);
}

void Streams::give_up(Connection& connection, std::string_view why) {
  notices_.trouble(connection.flow, why);
  drop(connection.flow.connection);
}

void Streams::close(const Flow& flow) {
  auto* connection = find(flow.connection);
  if (connection != nullptr) end(*connection, {});
}

void Streams::close_all() {
  timer_.cancel();
  std::vector<Flow> flows;
  flows.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) flows.push_back(connection->flow);
  for (const auto& flow : flows) close(flow);
}

}  // namespace sip::net
