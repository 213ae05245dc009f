#include <boost/asio/buffer.hpp>
#include <utility>

#include "sipstack/net/clock.hpp"
#include "sipstack/net/streams.hpp"

namespace sip::net {

using boost::asio::ip::tcp;

void Streams::wait_to_read(Connection& connection, tcp::socket::wait_type for_what) {
  connection.socket.async_wait(for_what, [this, id = connection.flow.connection](
                                             const boost::system::error_code&) { on_ready(id); });
}

void Streams::on_ready(std::uint64_t id) {
  if (auto* connection = find(id)) {
    if (connection->state == Connection::State::securing)
      secure(*connection);
    else
      read(*connection);
  }
  write_on(id);
  notices_.deliver();
}

// One read a wake-up into a buffer all connections share: an idle connection costs no buffer, and a
// busy one does not keep the others waiting.
void Streams::read(Connection& connection) {
  const auto id = connection.flow.connection;
  const auto progress = connection.channel->read(scratch_);
  if (progress.state == Progress::State::ended) return drop(id);
  if (progress.state == Progress::State::done) take(id, {scratch_.data(), progress.count});
  auto* still = find(id);
  if (still == nullptr) return;
  still->write_after_read = false;
  wait_to_read(*still, progress.state == Progress::State::wait_write ? tcp::socket::wait_write
                                                                     : tcp::socket::wait_read);
}

void Streams::take(std::uint64_t id, std::string_view bytes) {
  auto* connection = find(id);
  connection->heard = read_clock();
  connection->pinged.reset();
  connection->protocol->push(bytes);
  while (take_item(id)) {
  }
  connection = find(id);
  if (connection == nullptr) return;
  if (!connection->protocol->mid_message())
    connection->partial_since.reset();
  else if (!connection->partial_since)
    connection->partial_since = connection->heard;
  if (connection->partial_since) watch(*connection);
}

/// False: nothing whole is there any more, or the connection is gone: whoever is told of a message
/// may close it.
bool Streams::take_item(std::uint64_t id) {
  auto* connection = find(id);
  if (connection == nullptr) return false;
  auto item = connection->protocol->next();
  if (!item) return false;
  const Flow flow = connection->flow;
  if (!item->answer.empty()) {
    queue(*connection, {make_bytes(std::move(item->answer)), 0, flow.connection});
    connection = find(id);
    if (connection == nullptr) return false;
  }
  switch (item->kind) {
    case Protocol::Kind::opened:
      open(*connection);
      return true;
    case Protocol::Kind::message:
      connection->had_message = true;
      connection->partial_since.reset();
      if (tap_ != nullptr) tap_->on_received(flow, local_end(*connection), item->bytes);
      receiver_.on_message(flow, std::move(item->bytes));
      return true;
    case Protocol::Kind::keep_alive:
      receiver_.on_keep_alive(flow);
      return true;
    case Protocol::Kind::ended:
      if (!item->bytes.empty())
        ++(connection->state == Connection::State::greeting ? counters_.handshake_errors
                                                            : counters_.framing_errors);
      // What came before the fault is answered first.
      notices_.deliver();
      if (auto* still = find(id)) end(*still, item->bytes);
      return false;
  }
  return false;
}

}  // namespace sip::net
