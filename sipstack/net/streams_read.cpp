#include <boost/asio/buffer.hpp>
#include <utility>
#include <variant>

#include "sipstack/net/streams.hpp"

namespace sip::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const Bytes& pong() {
  static const Bytes bytes = make_bytes("\r\n");
  return bytes;
}

}  // namespace

void Streams::wait_to_read(Connection& connection) {
  connection.socket.async_wait(tcp::socket::wait_read,
                               [this, id = connection.flow.connection](
                                   const boost::system::error_code&) { on_readable(id); });
}

// One read a wake-up into a buffer all connections share: an idle connection costs no buffer, and a
// busy one does not keep the others waiting.
void Streams::on_readable(std::uint64_t id) {
  auto* connection = find(id);
  if (connection == nullptr) return;
  boost::system::error_code error;
  const auto count = connection->socket.read_some(asio::buffer(scratch_), error);
  if (!error)
    take(id, {scratch_.data(), count});
  else if (error != asio::error::would_block && error != asio::error::try_again)
    drop(id);
  if (auto* still = find(id)) wait_to_read(*still);
  notices_.deliver();
}

void Streams::take(std::uint64_t id, std::string_view bytes) {
  find(id)->framer.push(bytes);
  while (take_item(id)) {
  }
  auto* connection = find(id);
  if (connection == nullptr) return;
  if (const auto& error = connection->framer.error()) {
    ++counters_.framing_errors;
    notices_.trouble(connection->flow, to_string(error->code));
    drop(id);
    return;
  }
  if (!connection->framer.mid_message())
    connection->partial_since.reset();
  else if (!connection->partial_since)
    connection->partial_since = Clock::now();
  if (connection->partial_since) watch(*connection);
}

/// False: nothing whole is there any more, or the connection is gone: whoever is told of a message
/// may close it.
bool Streams::take_item(std::uint64_t id) {
  auto* connection = find(id);
  if (connection == nullptr) return false;
  auto item = connection->framer.next();
  if (!item) return false;
  const Flow flow = connection->flow;
  if (auto* message = std::get_if<std::string>(&*item)) {
    connection->had_message = true;
    connection->partial_since.reset();
    receiver_.on_message(flow, std::move(*message));
    return true;
  }
  const bool ping = std::get<StreamFramer::KeepAlive>(*item) == StreamFramer::KeepAlive::ping;
  if (ping) queue(*connection, {pong(), 0, flow.connection});
  receiver_.on_keep_alive(flow);
  return true;
}

/// Starts the clock for the connection's next whole message, unless it runs already.
void Streams::watch(Connection& connection) {
  if (std::exchange(connection.watched, true)) return;
  watches_.push_back({Clock::now() + patience_.first_message, connection.flow.connection});
  arm_sweep();
}

void Streams::arm_sweep() {
  if (sweeping_ || watches_.empty()) return;
  sweeping_ = true;
  sweep_timer_.expires_at(watches_.front().due);
  sweep_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    sweeping_ = false;
    if (!cancelled) sweep();
  });
}

void Streams::sweep() {
  const auto now = Clock::now();
  while (!watches_.empty() && watches_.front().due <= now) {
    const auto id = watches_.front().id;
    watches_.pop_front();
    auto* connection = find(id);
    if (connection == nullptr) continue;
    connection->watched = false;
    const bool mute = connection->accepted && !connection->had_message;
    const bool stuck =
        connection->partial_since && now - *connection->partial_since >= patience_.first_message;
    if (mute || stuck) {
      ++counters_.timeouts;
      notices_.trouble(connection->flow, "no whole message in time");
      drop(id);
    } else if (connection->partial_since) {
      watch(*connection);
    }
  }
  arm_sweep();
  notices_.deliver();
}

}  // namespace sip::net
