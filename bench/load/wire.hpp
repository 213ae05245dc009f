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
  /// From now on what is sent waits here, so that many sockets can speak at one instant.
  void hold() { holding_ = true; }
  void release();
  /// Bytes of one datagram in `buffer`, or 0 when there is none.
  std::size_t receive(std::vector<char>& buffer);
  /// When the kernel took in the datagram received last.
  Time arrived() const { return arrived_; }
  const std::string& local() const { return local_; }  ///< "ip:port"
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::string local_;
  Time arrived_{};
  bool holding_{false};
  std::vector<std::string> held_;
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
  /// Calls `ready` when something can be read from a descriptor that somebody else owns.
  void watch(int descriptor, std::function<void()> ready);
  /// Hands over what has come, waiting at most `wait` for the first.
  void poll(std::chrono::nanoseconds wait);

 private:
  struct Entry {
    std::unique_ptr<Socket> socket;  ///< empty: the descriptor is not ours
    std::function<void()> ready;
  };
  void add(int descriptor, std::unique_ptr<Entry> entry);
  int epoll_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<char> buffer_;
};

}  // namespace bench
