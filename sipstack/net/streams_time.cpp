#include <algorithm>
#include <chrono>

#include "sipstack/net/clock.hpp"
#include "sipstack/net/streams.hpp"

namespace sip::net {
namespace {

bool is_mute(const Connection& connection) {
  return connection.accepted && !connection.had_message;
}
bool is_pinged(const Connection& connection) { return !connection.protocol->ping().empty(); }

}  // namespace

/// The earliest moment at which the connection may have been too slow.
TimePoint Streams::next_look(const Connection& connection) const {
  switch (connection.state) {
    case Connection::State::connecting:
      return connection.since + patience_.connect;
    case Connection::State::securing:
    case Connection::State::greeting:
      return connection.since + patience_.handshake;
    case Connection::State::open:
      break;
  }
  auto at = connection.heard + patience_.idle;
  if (is_mute(connection)) at = std::min(at, connection.since + patience_.first_message);
  if (connection.partial_since)
    at = std::min(at, *connection.partial_since + patience_.first_message);
  if (is_pinged(connection))
    at = std::min(at, connection.pinged.value_or(connection.heard) + patience_.ping);
  return at;
}

/// Sees to it that the connection is looked at in time. A deadline that has moved on is noticed
/// then: cheaper than moving it with every message.
void Streams::watch(Connection& connection) {
  const auto at = next_look(connection);
  if (connection.watched_at && *connection.watched_at <= at) return;
  connection.watched_at = at;
  looks_.set(connection.flow.connection, at);
  arm();
}

void Streams::look_at(Connection& connection, TimePoint now) {
  const auto too_late = [&](std::string_view why) {
    ++counters_.timeouts;
    give_up(connection, why);
  };
  if (connection.state == Connection::State::connecting) return drop(connection.flow.connection);
  if (connection.state != Connection::State::open) return too_late("handshake not done in time");
  const bool mute = is_mute(connection) && now - connection.since >= patience_.first_message;
  const bool stuck =
      connection.partial_since && now - *connection.partial_since >= patience_.first_message;
  if (mute || stuck) return too_late("no whole message in time");
  if (now - connection.heard >= patience_.idle) return too_late("silent for too long");
  if (!is_pinged(connection)) return watch(connection);
  if (connection.pinged && now - *connection.pinged >= patience_.ping)
    return too_late("does not answer a ping");
  const auto id = connection.flow.connection;
  if (!connection.pinged && now - connection.heard >= patience_.ping) {
    connection.pinged = now;
    queue(connection, {make_bytes(connection.protocol->ping()), 0, 0});
  }
  if (auto* still = find(id)) watch(*still);
}

/// One timer for the earliest look.
void Streams::arm() {
  const auto next = looks_.next();
  if (!next || (armed_for_ && *armed_for_ <= *next)) return;
  armed_for_ = *next;
  timer_.expires_at(std::chrono::steady_clock::time_point{next->time_since_epoch()});
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    armed_for_.reset();
    on_time();
  });
}

void Streams::on_time() {
  const auto now = read_clock();
  while (const auto id = looks_.pop_due(now)) {
    auto* connection = find(*id);
    if (connection == nullptr) continue;
    connection->watched_at.reset();
    if (next_look(*connection) <= now)
      look_at(*connection, now);
    else
      watch(*connection);
  }
  flush();
  arm();
  notices_.deliver();
}

}  // namespace sip::net
