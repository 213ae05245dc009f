#pragma once
#include <boost/asio/ip/tcp.hpp>

#include "sipstack/net/channel.hpp"

namespace sip::net {

/// The socket as it is.
class PlainChannel : public Channel {
 public:
  explicit PlainChannel(boost::asio::ip::tcp::socket& socket) : socket_{socket} {}

  Progress handshake() override { return {}; }
  Progress read(std::span<char> into) override;
  Progress write(std::span<const boost::asio::const_buffer> pieces) override;
  void finish() override {}
  std::string_view problem() const override { return {}; }

 private:
  boost::asio::ip::tcp::socket& socket_;
};

}  // namespace sip::net
