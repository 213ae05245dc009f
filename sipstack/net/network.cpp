#include "sipstack/net/network.hpp"

#include <cerrno>
#include <utility>

namespace sip::net {
namespace {

constexpr std::size_t listeners_max = 255;  // Flow::listener is one byte

}  // namespace

Network::Network(boost::asio::io_context& io, const Settings& settings, Receiver& receiver)
    : io_{io}, receiver_{receiver}, notices_{io, receiver}, streams_{io,
                                                                     settings.limits,
                                                                     settings.patience,
                                                                     receiver,
                                                                     notices_,
                                                                     counters_} {
  streams_.set_tls(settings.tls);
  for (const auto& wanted : settings.listeners) {
    const bool secure = wanted.transport == Transport::tls || wanted.transport == Transport::wss;
    if (secure && !settings.tls) throw BindError{wanted.transport, wanted.address, EPROTONOSUPPORT};
    try {
      bind(wanted);
    } catch (const BindError& error) {
      const bool lacking = error.error() == EAFNOSUPPORT || error.error() == EADDRNOTAVAIL;
      if (!wanted.optional || !lacking) throw;
      skipped_.emplace_back(error.what());
    }
  }
}

Network::~Network() { shut(); }

void Network::bind(const Settings::Listener& wanted) {
  if (listeners_.size() >= listeners_max) throw BindError{wanted.transport, wanted.address, ENFILE};
  const auto index = static_cast<std::uint8_t>(listeners_.size());
  Listener listener;
  Bound bound{wanted.transport, {}};
  if (wanted.transport == Transport::udp) {
    listener.udp =
        std::make_unique<UdpListener>(io_, wanted.address, index, receiver_, notices_, counters_);
    bound.endpoint = listener.udp->bound();
  } else {
    listener.tcp =
        std::make_unique<TcpListener>(io_, wanted.transport, wanted.address, index, streams_);
    bound.endpoint = listener.tcp->bound();
    streams_.add_door(index, {wanted.transport, bound.endpoint.address, wanted.origins});
  }
  listeners_.push_back(std::move(listener));
  bound_.push_back(bound);
}

void Network::start() {
  for (const auto& listener : listeners_) {
    if (listener.udp) listener.udp->start();
    if (listener.tcp) listener.tcp->start();
  }
}

void Network::set_tap(Tap* tap) {
  streams_.set_tap(tap);
  for (const auto& listener : listeners_)
    if (listener.udp) listener.udp->set_tap(tap);
}

void Network::send(const Flow& flow, const Bytes& bytes, Cookie cookie) {
  if (is_stream(flow.transport)) return streams_.send(flow, bytes, cookie);
  const bool known = flow.listener < listeners_.size() && listeners_[flow.listener].udp != nullptr;
  if (known) return listeners_[flow.listener].udp->send(flow, bytes, cookie);
  ++counters_.send_errors;
  if (cookie != 0) notices_.send_failed(flow, cookie);
}

void Network::flush() {
  for (const auto& listener : listeners_)
    if (listener.udp) listener.udp->flush();
  streams_.flush();
}

void Network::close(const Flow& flow) {
  if (is_stream(flow.transport)) streams_.close(flow);
}

void Network::shut() {
  streams_.close_all();
  for (const auto& listener : listeners_) {
    if (listener.udp) listener.udp->close();
    if (listener.tcp) listener.tcp->close();
  }
}

}  // namespace sip::net
