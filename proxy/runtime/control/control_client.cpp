#include "proxy/runtime/control/control_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "proxy/runtime/control/socket_path.hpp"
#include "proxy/runtime/control/wire.hpp"

namespace proxy::runtime::control {
namespace {

constexpr timeval patience{30, 0};
/// A page of calls with long timelines, escaped twice.
constexpr std::size_t answer_bytes_max = 268'435'456;

[[noreturn]] void fail(const std::string& doing) {
  const bool late = errno == EAGAIN || errno == EWOULDBLOCK;
  throw ControlError{"control socket: " + doing + ": " +
                     (late ? "no answer within 30 s" : std::strerror(errno))};
}

}  // namespace

std::optional<ControlClient> ControlClient::connect(const std::string& data_dir) {
  const SocketPath path{data_dir};
  ControlClient client{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (client.descriptor_ < 0) fail("cannot make a socket");
  if (::setsockopt(client.descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
      ::setsockopt(client.descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
    fail("cannot set a timeout");
  const auto address = path.address();
  if (::connect(client.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
      0)
    return client;
  if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
  fail("cannot connect to the server");
}

ControlClient::ControlClient(ControlClient&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, received_{std::move(other.received_)} {}

ControlClient::~ControlClient() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

view::Answer ControlClient::change(const Change& change) {
  auto line = encode(change);
  if (line.size() >= line_bytes_max)
    return view::Refused{413, "", "a request may have at most 1 MB"};
  send(line += '\n');
  return decode_answer(receive());
}

Told ControlClient::ask(const Question& question) {
  auto line = encode(question);
  if (line.size() >= line_bytes_max) throw ControlError{"a request may have at most 1 MB"};
  send(line += '\n');
  auto told = decode_told(receive());
  if (!told) throw ControlError{"control socket: the server's answer cannot be read"};
  return *std::move(told);
}

void ControlClient::send(const std::string& line) {
  std::size_t sent = 0;
  while (sent < line.size()) {
    const auto n = ::send(descriptor_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot send");
    sent += static_cast<std::size_t>(n);
  }
}

std::string ControlClient::receive() {
  std::array<char, 16'384> chunk{};
  for (;;) {
    if (const auto end = received_.find('\n'); end != std::string::npos) {
      auto line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    if (received_.size() > answer_bytes_max) throw ControlError{"control socket: endless answer"};
    const auto n = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot receive");
    if (n == 0) throw ControlError{"control socket: the server closed the connection"};
    received_.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace proxy::runtime::control
