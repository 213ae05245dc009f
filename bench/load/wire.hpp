#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

/// A bound UDP socket (IPv4) that talks to the server under test alone.
class Socket {
 public:
  /// Throws std::runtime_error with what failed and where.
  Socket(const std::string& ip, std::uint16_t port, const std::string& target);
  ~Socket();
  Socket(Socket&&) = delete;

  void send(std::string_view bytes);
  /// Bytes of one datagram in `buffer`, or 0 when there is none.
  std::size_t receive(std::vector<char>& buffer);
  const std::string& local() const { return local_; }  ///< "ip:port"
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::string local_;
};

/// All sockets of a run and where what they hear goes.
class Wire {
 public:
  using Handler = std::function<void(Socket&, std::string)>;
  Wire();
  ~Wire();
  Wire(Wire&&) = delete;

  /// Opens a socket whose datagrams go to `handler`. It lives until close() or the wire's end.
  Socket& open(const std::string& ip, std::uint16_t port, const std::string& target,
               Handler handler);
  void close(Socket& socket);
  /// Hands over what has come, waiting at most `wait` for the first.
  void poll(std::chrono::milliseconds wait);

 private:
  struct Entry {
    std::unique_ptr<Socket> socket;
    Handler handler;
  };
  int epoll_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<char> buffer_;
};

}  // namespace bench
