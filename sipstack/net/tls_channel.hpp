#pragma once
#include <memory>
#include <string>

#include "sipstack/net/channel.hpp"
#include "sipstack/net/openssl.hpp"
#include "sipstack/net/socket_bio.hpp"

namespace sip::net {

class TlsContext;

/// TLS straight on the socket: an idle connection holds no buffers (SSL_MODE_RELEASE_BUFFERS).
class TlsChannel : public Channel {
 public:
  /// `ssl` knows which side it is on. Keeps the context it came from.
  TlsChannel(SslPtr ssl, int descriptor, std::shared_ptr<const TlsContext> context);

  Progress handshake() override;
  Progress read(std::span<char> into) override;
  Progress write(std::span<const boost::asio::const_buffer> pieces) override;
  void finish() override;
  std::vector<std::string> proven() const override;
  std::string_view problem() const override { return problem_; }

 private:
  Progress outcome(int result);
  std::string explain(int error) const;

  std::shared_ptr<const TlsContext> context_;
  SocketEnd end_;
  SslPtr ssl_;
  std::string problem_;
  bool broken_{false};
};

}  // namespace sip::net
