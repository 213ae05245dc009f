#include "tests/unit/web/server/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "sipstack/base/text.hpp"

namespace web::server {

std::string Received::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string{} : found->second;
}

HttpClient::HttpClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{20, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect");
}

HttpClient::~HttpClient() { ::close(descriptor_); }

bool HttpClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool HttpClient::fill() {
  std::array<char, 65'536> bytes{};
  const auto count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (count > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

std::optional<Received> HttpClient::receive(bool without_body) {
  std::size_t head_end = 0;
  while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return std::nullopt;
  Received received;
  const auto head = buffer_.substr(0, head_end + 2);
  buffer_.erase(0, head_end + 4);
  received.status = std::stoi(head.substr(head.find(' ') + 1, 3));
  for (auto at = head.find("\r\n") + 2; at < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(':', at);
    received.headers[sip::to_lower(head.substr(at, colon - at))] =
        sip::trim(head.substr(colon + 1, end - colon - 1));
    at = end + 2;
  }
  const auto length = received.header("content-length");
  if (without_body || length.empty()) return received;
  const auto wanted = std::stoul(length);
  while (buffer_.size() < wanted)
    if (!fill()) return std::nullopt;
  received.body = buffer_.substr(0, wanted);
  buffer_.erase(0, wanted);
  return received;
}

std::string HttpClient::receive_some() {
  if (buffer_.empty() && !fill()) throw std::runtime_error("the server has closed");
  return std::exchange(buffer_, {});
}

std::string HttpClient::receive_all() {
  while (fill()) {
  }
  return std::move(buffer_);
}

std::optional<Received> HttpClient::ask(std::string_view bytes) {
  if (!send(bytes)) return std::nullopt;
  return receive();
}

bool HttpClient::hears_within(std::chrono::milliseconds time) const {
  pollfd readable{descriptor_, POLLIN, 0};
  return ::poll(&readable, 1, static_cast<int>(time.count())) > 0;
}

std::string get(std::string_view target) {
  return "GET " + std::string{target} +
         " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer good\r\n\r\n";
}

std::string with_body(std::string_view method, std::string_view target, std::string_view body) {
  return std::string{method} + ' ' + std::string{target} +
         " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer good\r\n"
         "Content-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

}  // namespace web::server
