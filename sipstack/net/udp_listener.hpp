#pragma once
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <vector>

#include "sipstack/base/bytes.hpp"
#include "sipstack/net/receiver.hpp"
#include "sipstack/net/socket.hpp"
#include "sipstack/net/tap.hpp"

namespace sip::net {

/// One UDP socket, read and written in batches: recvmmsg and sendmmsg behind Asio readiness
/// measured fastest here. Destroy it only after the io_context has run for the last time.
class UdpListener {
 public:
  /// `index` goes into the flows. Throws BindError.
  UdpListener(boost::asio::io_context& io, const Endpoint& address, std::uint8_t index,
              Receiver& receiver, Notices& notices, Counters& counters);

  void start();
  /// Who looks on; null: nobody.
  void set_tap(Tap* tap) { tap_ = tap; }
  /// Gathers; flush() sends. A full send buffer drops the datagram, as the network might.
  void send(const Flow& flow, const Bytes& bytes, Cookie cookie);
  void flush();
  void close();
  const Endpoint& bound() const { return bound_; }

 private:
  static constexpr std::size_t batch = 32;
  static constexpr std::size_t datagram_bytes = 65'536;
  static constexpr std::size_t remembered = 256;

  struct Outgoing {
    Flow flow;
    Bytes bytes;
    Cookie cookie{0};
  };
  /// A send whose sender wants to know of an ICMP error.
  struct Recent {
    Flow flow;
    Cookie cookie{0};
  };

  void wait();
  void read_batch();
  void deliver(const Flow& flow, std::string_view datagram);
  void answer_stun(const Flow& flow, std::string_view datagram);
  std::size_t send_batch(std::size_t from);
  void show(const Outgoing& sent);
  void remember(const Outgoing& sent);
  void read_errors();
  void unreachable(const Endpoint& peer);

  boost::asio::posix::stream_descriptor socket_;
  Endpoint bound_;
  std::uint8_t index_;
  Receiver& receiver_;
  Notices& notices_;
  Counters& counters_;
  Tap* tap_{nullptr};

  std::vector<char> buffer_;
  std::array<iovec, batch> in_pieces_{};
  std::array<SocketAddress, batch> in_peers_{};
  std::array<mmsghdr, batch> in_{};

  std::vector<Outgoing> out_;
  std::array<iovec, batch> out_pieces_{};
  std::array<SocketAddress, batch> out_peers_{};
  std::array<mmsghdr, batch> out_messages_{};
  std::array<Recent, remembered> recent_{};
  std::size_t next_recent_{0};
};

}  // namespace sip::net
