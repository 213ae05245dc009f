#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>

struct nghttp2_session;

namespace test {

/// The server's side of an HTTP/2 connection, as bytes in and bytes out.
class Http2Peer {
 public:
  struct Request {
    std::int32_t stream{0};
    std::string method;
    std::string path;
    std::map<std::string, std::string> headers;  ///< ":authority" is among them
    std::string body;
  };
  /// Called for each request that has come whole; answers it now, later or never.
  using Script = std::function<void(const Request&)>;

  /// `streams`: how many at a time the client is told that it may open.
  Http2Peer(Script script, std::uint32_t streams);
  Http2Peer(const Http2Peer&) = delete;
  Http2Peer& operator=(const Http2Peer&) = delete;
  ~Http2Peer();

  /// False when the client broke the protocol.
  bool receive(std::string_view bytes);
  std::string take_output();

  void answer(std::int32_t stream, int status, const std::map<std::string, std::string>& headers,
              std::string body);
  /// RST_STREAM.
  void reset(std::int32_t stream, std::uint32_t error);
  /// Requests on later streams have not been touched.
  void go_away(std::int32_t last_stream, std::uint32_t error, std::string_view text = {});
  void allow_streams(std::uint32_t streams);
  /// As a silent peer: nothing that comes is read any more, pings are not answered.
  void fall_silent() { silent_ = true; }

  std::int32_t last_stream() const { return last_stream_; }
  std::size_t open() const { return requests_.size(); }
  std::size_t most_open() const { return most_open_; }
  std::size_t pings() const { return pings_; }
  std::size_t resets() const { return resets_; }

 private:
  struct Callbacks;
  struct Body {
    std::string bytes;
    std::size_t sent{0};
  };

  Script script_;
  nghttp2_session* session_{nullptr};
  std::map<std::int32_t, Request> requests_;
  std::map<std::int32_t, Body> bodies_;
  std::int32_t last_stream_{0};
  std::int32_t last_taken_{std::numeric_limits<std::int32_t>::max()};
  std::size_t most_open_{0};
  std::size_t pings_{0};
  std::size_t resets_{0};
  bool silent_{false};
};

}  // namespace test
