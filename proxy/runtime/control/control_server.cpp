#include "proxy/runtime/control/control_server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "proxy/runtime/control/socket_path.hpp"
#include "proxy/runtime/control/wire.hpp"
#include "proxy/runtime/loop/server.hpp"

namespace proxy::runtime::control {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Stream = asio::local::stream_protocol;

constexpr std::size_t connections_max = 16;

Actor actor_of(Stream::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool known =
      ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  return {"command line", known ? "uid " + std::to_string(peer.uid) : std::string{}};
}

}  // namespace

/// Connections live in a table and handlers keep their number, so that an answer that comes after
/// the end finds nothing to touch.
class ControlServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& context, const std::string& data_dir, Submit submit, Ask ask)
      : socket_file_{data_dir + "/control.sock"},
        submit_{std::move(submit)},
        ask_{std::move(ask)},
        acceptor_{context},
        pause_{context} {
    bind(data_dir);
  }
  ~Impl() { ::unlink(socket_file_.c_str()); }
  Impl(Impl&&) = delete;

  void accept();

 private:
  using ConnectionId = std::uint64_t;
  struct Connection {
    explicit Connection(Stream::socket accepted) : socket{std::move(accepted)} {}
    Stream::socket socket;
    std::string received;
    std::string reply;
  };

  void bind(const std::string& data_dir);
  void accept_later();
  void accepted(Stream::socket socket);
  void read(ConnectionId id);
  void read_done(ConnectionId id, const error_code& error, std::size_t size);
  void answer(ConnectionId id, const view::Answer& answer, bool last);
  void reply(ConnectionId id, std::string line, bool last);
  Connection* find(ConnectionId id);

  const std::string socket_file_;
  const Submit submit_;
  const Ask ask_;
  Stream::acceptor acceptor_;
  asio::steady_timer pause_;
  std::unordered_map<ConnectionId, Connection> connections_;
  ConnectionId last_id_{0};
};

void ControlServer::Impl::bind(const std::string& data_dir) {
  const auto fail = [this](const std::string& why) {
    throw StartError{socket_file_ + ": cannot listen: " + why};
  };
  try {
    const SocketPath path{data_dir};
    ::unlink(socket_file_.c_str());
    acceptor_.open();
    // Linux gives the mode of the descriptor to the file, so it never exists with a wider one.
    if (::fchmod(acceptor_.native_handle(), S_IRUSR | S_IWUSR) != 0)
      throw std::system_error{errno, std::generic_category()};
    acceptor_.bind(Stream::endpoint{path.text()});
    acceptor_.listen();
  } catch (const std::system_error& error) {
    fail(error.code().message());
  } catch (const boost::system::system_error& error) {
    fail(error.code().message());
  }
}

void ControlServer::Impl::accept() {
  acceptor_.async_accept([weak = weak_from_this()](const error_code& error, Stream::socket socket) {
    const auto self = weak.lock();
    if (!self || error == asio::error::operation_aborted) return;
    if (error) return self->accept_later();
    self->accepted(std::move(socket));
    self->accept();
  });
}

/// Out of descriptors, most likely: trying again at once would only burn the processor.
void ControlServer::Impl::accept_later() {
  pause_.expires_after(std::chrono::milliseconds{200});
  pause_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (self && !error) self->accept();
  });
}

void ControlServer::Impl::accepted(Stream::socket socket) {
  if (connections_.size() >= connections_max) return;
  connections_.try_emplace(++last_id_, std::move(socket));
  read(last_id_);
}

ControlServer::Impl::Connection* ControlServer::Impl::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

void ControlServer::Impl::read(ConnectionId id) {
  auto* connection = find(id);
  if (connection == nullptr) return;
  asio::async_read_until(connection->socket,
                         asio::dynamic_buffer(connection->received, line_bytes_max), '\n',
                         [weak = weak_from_this(), id](const error_code& error, std::size_t size) {
                           if (const auto self = weak.lock()) self->read_done(id, error, size);
                         });
}

void ControlServer::Impl::read_done(ConnectionId id, const error_code& error, std::size_t size) {
  auto* connection = find(id);
  if (connection == nullptr) return;
  if (error == asio::error::not_found)
    return answer(id, view::Refused{413, "", "a request may have at most 1 MB"}, true);
  if (error) {
    connections_.erase(id);
    return;
  }
  const auto line = connection->received.substr(0, size - 1);
  connection->received.erase(0, size);
  if (auto question = ask_ ? decode_question(line) : std::nullopt)
    return ask_(*std::move(question), actor_of(connection->socket),
                [weak = weak_from_this(), id](const Told& told) {
                  if (const auto self = weak.lock()) self->reply(id, encode(told), false);
                });
  auto request = decode_change(line);
  if (auto* refused = std::get_if<view::Refused>(&request)) return answer(id, *refused, false);
  submit_(std::get<Change>(std::move(request)), actor_of(connection->socket),
          [weak = weak_from_this(), id](const view::Answer& reply) {
            if (const auto self = weak.lock()) self->answer(id, reply, false);
          });
}

void ControlServer::Impl::answer(ConnectionId id, const view::Answer& answer, bool last) {
  reply(id, encode(answer), last);
}

void ControlServer::Impl::reply(ConnectionId id, std::string line, bool last) {
  auto* connection = find(id);
  if (connection == nullptr) return;
  connection->reply = std::move(line) + '\n';
  asio::async_write(connection->socket, asio::buffer(connection->reply),
                    [weak = weak_from_this(), id, last](const error_code& error, std::size_t) {
                      const auto self = weak.lock();
                      if (!self) return;
                      if (error || last)
                        self->connections_.erase(id);
                      else
                        self->read(id);
                    });
}

ControlServer::ControlServer(asio::io_context& context, const std::string& data_dir, Submit submit,
                             Ask ask)
    : impl_{std::make_shared<Impl>(context, data_dir, std::move(submit), std::move(ask))} {
  impl_->accept();
}

ControlServer::~ControlServer() = default;

}  // namespace proxy::runtime::control
