#include "sipstack/net/sip_stream.hpp"

#include <utility>
#include <variant>

namespace sip::net {
namespace {

constexpr char tls_handshake = 22;  // RFC 8446 section 5.1

}  // namespace

void SipStream::push(std::string_view bytes) {
  if (first_ == 0 && !bytes.empty()) first_ = bytes.front();
  framer_.push(bytes);
}

std::optional<Protocol::Item> SipStream::next() {
  if (auto item = framer_.next()) {
    if (auto* message = std::get_if<std::string>(&*item))
      return Item{Kind::message, std::move(*message), {}};
    const bool ping = std::get<StreamFramer::KeepAlive>(*item) == StreamFramer::KeepAlive::ping;
    return Item{Kind::keep_alive, {}, ping ? "\r\n" : ""};
  }
  const auto& error = framer_.error();
  if (!error) return std::nullopt;
  if (first_ == tls_handshake && error->offset == 0)
    return Item{Kind::ended, "TLS on a connection without", {}};
  return Item{Kind::ended, std::string{to_string(error->code)}, {}};
}

}  // namespace sip::net
