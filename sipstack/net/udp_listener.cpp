#include "sipstack/net/udp_listener.hpp"

#include <linux/errqueue.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sipstack/transport/stun.hpp"

namespace sip::net {
namespace {

constexpr std::size_t keep_alive_bytes = 8;
constexpr int send_tries = 3;

/// CRLF pairs as RFC 5626 pings, or the zero bytes and blanks other phones send.
bool is_keep_alive(std::string_view datagram) {
  return datagram.size() <= keep_alive_bytes &&
         std::all_of(datagram.begin(), datagram.end(),
                     [](char c) { return c == '\r' || c == '\n' || c == '\0' || c == ' '; });
}

/// RFC 3261 section 18.4: which errors mean that the peer is not reached.
bool is_unreachable(std::uint32_t error) {
  return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
         error == ENOPROTOOPT;
}

const sock_extended_err* find_error(msghdr& message) {
  for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part))
    if ((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
        (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR))
      return reinterpret_cast<const sock_extended_err*>(CMSG_DATA(part));
  return nullptr;
}

}  // namespace

UdpListener::UdpListener(boost::asio::io_context& io, const Endpoint& address, std::uint8_t index,
                         Receiver& receiver, Notices& notices, Counters& counters)
    : socket_{io, open_udp(address)},
      bound_{bound_endpoint(socket_.native_handle())},
      index_{index},
      receiver_{receiver},
      notices_{notices},
      counters_{counters},
      buffer_(batch * datagram_bytes) {
  for (std::size_t i = 0; i < batch; ++i) {
    in_pieces_[i] = {buffer_.data() + i * datagram_bytes, datagram_bytes};
    in_[i].msg_hdr.msg_iov = &in_pieces_[i];
    in_[i].msg_hdr.msg_iovlen = 1;
    in_[i].msg_hdr.msg_name = in_peers_[i].raw();
    out_messages_[i].msg_hdr.msg_iov = &out_pieces_[i];
    out_messages_[i].msg_hdr.msg_iovlen = 1;
    out_messages_[i].msg_hdr.msg_name = out_peers_[i].raw();
  }
}

void UdpListener::start() { wait(); }

void UdpListener::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void UdpListener::wait() {
  socket_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                     [this](const boost::system::error_code& error) {
                       if (error || !socket_.is_open()) return;
                       read_batch();
                       if (socket_.is_open()) wait();
                     });
}

// One batch a wake-up: the wait reports again what is left, and timers and commits get their turn.
void UdpListener::read_batch() {
  for (auto& slot : in_) slot.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
  const int count = ::recvmmsg(socket_.native_handle(), in_.data(), batch, MSG_DONTWAIT, nullptr);
  // Errors wake us too, and would again and again while they are queued.
  if (count < 0 && errno != EINTR) read_errors();
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Flow flow{Transport::udp, index_, to_endpoint(in_peers_[at].storage), 0};
    deliver(flow, {static_cast<const char*>(in_pieces_[at].iov_base), in_[at].msg_len});
  }
  notices_.deliver();
  flush();  // answers that nobody above knows of
}

void UdpListener::deliver(const Flow& flow, std::string_view datagram) {
  ++counters_.datagrams_in;
  if (datagram.empty()) return;
  if (is_stun(datagram)) return answer_stun(flow, datagram);
  if (is_keep_alive(datagram)) return receiver_.on_keep_alive(flow);
  if (tap_ != nullptr) tap_->on_received(flow, bound_, datagram);
  receiver_.on_message(flow, std::string{datagram});
}

/// RFC 5626 section 4.4.2: the keep-alive of phones behind a NAT.
void UdpListener::answer_stun(const Flow& flow, std::string_view datagram) {
  auto answer = stun_answer(datagram, flow.peer);
  if (!answer) {
    ++counters_.stun_refused;
    return;
  }
  send(flow, make_bytes(std::move(*answer)), 0);
  receiver_.on_keep_alive(flow);
}

void UdpListener::send(const Flow& flow, const Bytes& bytes, Cookie cookie) {
  out_.push_back({flow, bytes, cookie});
}

void UdpListener::flush() {
  for (std::size_t done = 0; done < out_.size() && socket_.is_open();) done += send_batch(done);
  out_.clear();
}

/// Sends up to one batch from `out_[from]` on; returns how many are dealt with, at least one.
std::size_t UdpListener::send_batch(std::size_t from) {
  const std::size_t count = std::min(batch, out_.size() - from);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& one = out_[from + i];
    out_pieces_[i] = {const_cast<char*>(one.bytes->data()), one.bytes->size()};
    out_peers_[i].set(one.flow.peer);
    out_messages_[i].msg_hdr.msg_namelen = out_peers_[i].size;
  }
  // An ICMP error of an earlier datagram is reported by whatever call comes next, so an error here
  // condemns the datagram at hand only when it comes back after the error queue was read.
  for (int tries = 0; tries < send_tries; ++tries) {
    const int sent = ::sendmmsg(socket_.native_handle(), out_messages_.data(),
                                static_cast<unsigned>(count), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      counters_.datagrams_out += static_cast<std::uint64_t>(sent);
      for (std::size_t i = 0; i < static_cast<std::size_t>(sent); ++i) {
        remember(out_[from + i]);
        if (tap_ != nullptr) show(out_[from + i]);
      }
      return static_cast<std::size_t>(sent);
    }
    if (errno == EAGAIN || errno == ENOBUFS) {
      counters_.dropped += count;
      notices_.trouble(out_[from].flow, "send buffer full");
      return count;
    }
    if (errno != EINTR) read_errors();
  }
  ++counters_.send_errors;
  if (out_[from].cookie != 0) notices_.send_failed(out_[from].flow, out_[from].cookie);
  return 1;
}

void UdpListener::show(const Outgoing& sent) {
  if (!is_stun(*sent.bytes)) tap_->on_sent(sent.flow, bound_, *sent.bytes);
}

void UdpListener::remember(const Outgoing& sent) {
  if (sent.cookie == 0) return;
  recent_[next_recent_] = {sent.flow, sent.cookie};
  next_recent_ = (next_recent_ + 1) % remembered;
}

void UdpListener::read_errors() {
  for (std::size_t round = 0; round < remembered; ++round) {
    SocketAddress peer;
    alignas(cmsghdr) std::array<char, 512> control{};
    msghdr message{};
    message.msg_name = peer.raw();
    message.msg_namelen = sizeof peer.storage;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(socket_.native_handle(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
    const auto* error = find_error(message);
    if (error == nullptr || error->ee_origin == SO_EE_ORIGIN_LOCAL) continue;
    ++counters_.unreachable;
    if (is_unreachable(error->ee_errno)) unreachable(to_endpoint(peer.storage));
  }
}

void UdpListener::unreachable(const Endpoint& peer) {
  for (auto& one : recent_) {
    if (one.cookie == 0 || one.flow.peer != peer) continue;
    notices_.send_failed(one.flow, one.cookie);
    one = {};
  }
}

}  // namespace sip::net
