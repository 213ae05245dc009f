#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace web::server {

/// A response as it came over the wire.
struct Received {
  int status{0};
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  std::string header(const std::string& name) const;
};

/// A blocking client that sends what it is told, byte for byte. Gives up after 20 s.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  HttpClient(const HttpClient&) = delete;
  ~HttpClient();

  /// False when the server has closed.
  bool send(std::string_view bytes) const;
  /// The next response; nothing when the connection ended before it was whole.
  std::optional<Received> receive(bool without_body = false);
  /// What comes next, as much as there is; fails the test when the server has closed.
  std::string receive_some();
  /// Everything until the server closes.
  std::string receive_all();
  /// True when the server closes without sending anything more.
  bool ended() { return receive_all().empty(); }

  std::optional<Received> ask(std::string_view bytes);
  /// Waits that long at most for the server to close or to send something.
  bool hears_within(std::chrono::milliseconds time) const;

 private:
  bool fill();

  int descriptor_;
  std::string buffer_;
};

/// "GET target HTTP/1.1" with a Host and the good token.
std::string get(std::string_view target);
/// A request with a JSON body and the good token.
std::string with_body(std::string_view method, std::string_view target, std::string_view body);

}  // namespace web::server
