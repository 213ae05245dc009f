#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proxy/runtime/push/http_message.hpp"
#include "sipstack/base/time.hpp"

struct nghttp2_session;

namespace proxy::runtime::push {

/// The client's side of one HTTP/2 connection (RFC 9113): bytes in, bytes out. It has no socket and
/// no clock. After any call look at take_output() and take_events().
class Http2Session {
 public:
  using Token = std::uint64_t;  ///< given by who asks, one a request
  struct Options {
    std::string authority;                ///< "api.push.apple.com"
    sip::Duration ping_after{30'000};     ///< of silence
    sip::Duration ping_patience{10'000};  ///< without an answer the connection is dead
    std::size_t body_max{65'536};         ///< of an answer; more is cut off
    std::size_t streams_max{1'000};       ///< less when the peer says so
    // Shorter while a request is unanswered, since a call waits for it.
    sip::Duration waiting_ping_after{2'000};
    sip::Duration waiting_ping_patience{3'000};
  };
  struct Answered {
    Token token{0};
    HttpAnswer answer;
  };
  /// No answer will come.
  struct Lost {
    Token token{0};
    bool untouched{false};  ///< the peer has said that it did nothing with it: safe to send again
    std::string why;
  };
  using Event = std::variant<Answered, Lost>;

  Http2Session(Options options, sip::TimePoint now);
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;
  ~Http2Session();

  void receive(std::string_view bytes, sip::TimePoint now);
  std::string take_output();
  std::vector<Event> take_events();

  /// There is room under the peer's limit, and it takes new requests. Not before its SETTINGS came.
  bool can_ask() const;
  void ask(Token token, const HttpRequest& request, sip::TimePoint now);
  /// Nothing more is heard of it; the peer is told to stop.
  void forget(Token token);
  /// The transport is gone: all that is open is lost.
  void lose(const std::string& why);

  bool is_ready() const { return settings_seen_ && !closing_; }
  /// The peer takes no more requests; open ones go on.
  bool is_closing() const { return closing_; }
  /// Nothing can come any more: close the transport.
  bool is_over() const;
  std::size_t open() const { return streams_.size(); }
  /// Why it is closing; empty when it is not.
  const std::string& why() const { return why_; }

  std::optional<sip::TimePoint> next_deadline() const;
  void on_deadline(sip::TimePoint now);

 private:
  struct Callbacks;
  struct Stream {
    Token token{0};
    sip::Bytes body;
    std::size_t sent{0};
    HttpAnswer answer;
  };
  using Streams = std::map<std::int32_t, Stream>;

  void close(std::string why);
  void fail(const std::string& why);
  void ended(std::int32_t id, std::uint32_t error);
  void more_body(std::int32_t id, std::string_view bytes);

  const Options options_;
  nghttp2_session* session_{nullptr};
  Streams streams_;
  std::map<Token, std::int32_t> ids_;
  std::vector<Event> events_;
  std::string why_;
  sip::TimePoint heard_;
  std::optional<sip::TimePoint> waiting_since_;  ///< the first request since something was heard
  std::optional<sip::TimePoint> pinged_;
  bool settings_seen_{false};
  bool closing_{false};
  bool broken_{false};
};

}  // namespace proxy::runtime::push
