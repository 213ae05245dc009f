#include <utility>

#include "sipstack/net/streams.hpp"

namespace sip::net {

using boost::asio::ip::tcp;

void Streams::send(const Flow& flow, const Bytes& bytes, Cookie cookie) {
  auto* connection = find_or_connect(flow);
  if (connection == nullptr) return fail(flow, cookie);
  queue_message(*connection, {bytes, cookie, flow.connection});
}

void Streams::queue_message(Connection& connection, SendQueue::Item item) {
  if (connection.protocol) {
    auto head = connection.protocol->head_for(*item.bytes);
    if (!head.empty()) connection.queue.push({make_bytes(std::move(head)), 0, item.asked});
  }
  item.message = true;
  queue(connection, std::move(item));
}

void Streams::queue(Connection& connection, SendQueue::Item item) {
  const auto id = connection.flow.connection;
  connection.queue.push(std::move(item));
  if (connection.queue.unsent() > limits_.unsent_bytes_per_flow) {
    // What gathered since the last flush may simply not have been offered to the system yet.
    const bool stands = write(connection);
    if (!stands) return drop(id);
    if (connection.queue.unsent() > limits_.unsent_bytes_per_flow) {
      ++counters_.slow_readers;
      return give_up(connection, "reads too slowly");
    }
  }
  if (!std::exchange(connection.dirty, true)) dirty_.push_back(id);
}

void Streams::flush() {
  // A connection that breaks tells later (Notices), so nothing is added here meanwhile.
  for (const auto id : std::exchange(dirty_, {})) {
    auto* connection = find(id);
    if (connection == nullptr) continue;
    connection->dirty = false;
    if (!write(*connection)) drop(id);
  }
}

/// Hands the system what it takes. False: the connection is broken.
bool Streams::write(Connection& connection) {
  const bool may_write = connection.state == Connection::State::greeting ||
                         connection.state == Connection::State::open;
  if (!may_write || connection.waiting_to_write || connection.write_after_read) return true;
  while (!connection.queue.empty()) {
    const auto progress = connection.channel->write(connection.queue.pieces());
    if (tap_ != nullptr) show_written(connection, progress.count);
    connection.queue.sent(progress.count);
    switch (progress.state) {
      case Progress::State::done:
        break;
      case Progress::State::wait_read:
        connection.write_after_read = true;
        return true;
      case Progress::State::wait_write:
        wait_to_write(connection);
        return true;
      case Progress::State::ended:
        return false;
    }
  }
  return true;
}

void Streams::show_written(const Connection& connection, std::size_t count) {
  const auto through = connection.queue.completed_by(count);
  for (std::size_t i = 0; i < through; ++i) {
    const auto& item = connection.queue.items()[i];
    if (item.message) tap_->on_sent(connection.flow, local_end(connection), *item.bytes);
  }
}

void Streams::wait_to_write(Connection& connection) {
  connection.waiting_to_write = true;
  connection.socket.async_wait(tcp::socket::wait_write, [this, id = connection.flow.connection](
                                                            const boost::system::error_code&) {
    if (auto* again = find(id)) again->waiting_to_write = false;
    write_on(id);
    notices_.deliver();
  });
}

/// Writes what has waited, if the connection is still there.
void Streams::write_on(std::uint64_t id) {
  auto* connection = find(id);
  if (connection != nullptr && !write(*connection)) drop(id);
}

void Streams::fail(const Flow& flow, Cookie cookie) {
  ++counters_.send_errors;
  if (cookie != 0) notices_.send_failed(flow, cookie);
}

/// Writes what the system takes at once, then closes.
void Streams::end(Connection& connection, std::string_view why) {
  const auto id = connection.flow.connection;
  if (!why.empty()) notices_.trouble(connection.flow, why);
  if (connection.protocol) {
    auto farewell = connection.protocol->farewell();
    if (!farewell.empty()) connection.queue.push({make_bytes(std::move(farewell)), 0, 0});
  }
  if (write(connection) && connection.channel && connection.queue.empty())
    connection.channel->finish();
  boost::system::error_code ignored;
  connection.socket.shutdown(tcp::socket::shutdown_both, ignored);
  drop(id);
}

}  // namespace sip::net
