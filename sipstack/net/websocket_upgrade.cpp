#include "sipstack/net/websocket_upgrade.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "sipstack/base/text.hpp"

namespace sip::net {
namespace {

namespace http = boost::beast::http;
using Request = http::request<http::empty_body>;

constexpr std::size_t request_bytes_max = 16'384;
constexpr std::size_t base64_max = 128;  // of the longest hash
constexpr std::size_t key_bytes = 16;
constexpr std::size_t key_text_bytes = 24;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// RFC 6455 section 4.2.2 step 5.4.
std::string accept_for(std::string_view key) {
  constexpr std::string_view magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const auto text = std::string{key}.append(magic);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, base64_max> base64{};
  const int count = EVP_EncodeBlock(base64.data(), hash.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(count)};
}

/// 16 bytes in base64: 22 characters that count and two that fill.
bool is_key(std::string_view key) {
  std::array<unsigned char, key_text_bytes> bytes{};
  return key.size() == key_text_bytes && key.ends_with("==") &&
         EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(key.data()),
                         static_cast<int>(key.size())) == static_cast<int>(key_bytes + 2);
}

bool offers_sip(const Request& request) {
  const http::token_list offered{request[http::field::sec_websocket_protocol]};
  return std::any_of(offered.begin(), offered.end(),
                     [](const auto& token) { return iequals(view(token), "sip"); });
}

bool is_allowed(const Request& request, const std::vector<std::string>& origins) {
  const auto origin = to_lower(view(request[http::field::origin]));
  // Only browsers name an origin; it guards their users against foreign pages.
  return origins.empty() || origin.empty() ||
         std::find(origins.begin(), origins.end(), origin) != origins.end();
}

WebSocketUpgrade::Answer refuse(std::string_view status, std::string_view why,
                                std::string_view headers = {}) {
  std::string response{"HTTP/1.1 "};
  response.append(status).append("\r\n").append(headers);
  response.append("Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ");
  response.append(std::to_string(why.size() + 1)).append("\r\n\r\n").append(why).append("\n");
  return {std::move(response), "WebSocket: " + std::string{why}, {}};
}

WebSocketUpgrade::Answer answer(const Request& request, const std::vector<std::string>& origins) {
  constexpr std::string_view version =
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n";
  if (!boost::beast::websocket::is_upgrade(request))
    return refuse("426 Upgrade Required", "no request for a WebSocket", version);
  if (view(request[http::field::sec_websocket_version]) != "13")
    return refuse("426 Upgrade Required", "version is not 13", version);
  const auto key = view(request[http::field::sec_websocket_key]);
  if (!is_key(key)) return refuse("400 Bad Request", "bad Sec-WebSocket-Key");
  if (!offers_sip(request)) return refuse("400 Bad Request", "sub-protocol sip is not offered");
  if (!is_allowed(request, origins)) return refuse("403 Forbidden", "origin not allowed");
  return {
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
          accept_for(key) + "\r\nSec-WebSocket-Protocol: sip\r\n\r\n",
      {},
      {}};
}

}  // namespace

std::optional<WebSocketUpgrade::Answer> WebSocketUpgrade::push(std::string_view bytes) {
  buffer_.append(bytes);
  const auto end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (buffer_.size() > request_bytes_max)
      return refuse("431 Request Header Fields Too Large", "request too large");
    // No request line begins with this: another protocol, which may never send a blank line.
    if (!is_alpha(buffer_.front())) return refuse("400 Bad Request", "no HTTP");
    return std::nullopt;
  }
  const auto size = end + 4;
  http::request_parser<http::empty_body> parser;
  parser.header_limit(request_bytes_max);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(buffer_.data(), size), error);
  if (error || !parser.is_done()) return refuse("400 Bad Request", "no HTTP");
  auto out = answer(parser.get(), origins_);
  out.rest = buffer_.substr(size);
  buffer_.clear();
  return out;
}

}  // namespace sip::net
