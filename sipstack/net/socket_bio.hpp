#pragma once
#include <cstdint>
#include <optional>

#include "sipstack/net/openssl.hpp"

namespace sip::net {

/// What a socket BIO works on; outlives it.
struct SocketEnd {
  int descriptor{-1};
  std::optional<std::uint8_t> first_byte{};  ///< that came from the peer
};

/// A BIO over a non-blocking socket. OpenSSL's own writes without MSG_NOSIGNAL, so that a peer that
/// is gone would end a process which does not ignore SIGPIPE. Throws std::bad_alloc.
BioPtr make_socket_bio(SocketEnd& end);

}  // namespace sip::net
