#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "sipstack/transaction/layer.hpp"

namespace sip::transaction {

inline Flow udp(std::uint16_t port = 5060) {
  return {Transport::udp, 0, {Address::v4(0xC0000201), port}, 0};
}
inline Flow tcp(std::uint64_t connection, std::uint16_t port = 5060) {
  return {Transport::tcp, 1, {Address::v4(0xC0000201), port}, connection};
}

/// A request as a test wants it; the defaults are a caller's first INVITE.
struct RequestText {
  std::string method{"INVITE"};
  std::string uri{"sip:bob@biloxi.example"};
  std::string via{"SIP/2.0/UDP pc33.example;branch=z9hG4bK-caller-1"};
  std::string from_tag{"1928301774"};
  std::string to_tag;
  std::string call_id{"a84b4c76e66710"};
  std::string cseq{"314159"};
  std::string extra;

  std::string text() const {
    return method + " " + uri + " SIP/2.0\r\nVia: " + via + "\r\nMax-Forwards: 70\r\nTo: Bob <" +
           uri + ">" + (to_tag.empty() ? "" : ";tag=" + to_tag) +
           "\r\nFrom: Alice <sip:alice@atlanta.example>" +
           (from_tag.empty() ? "" : ";tag=" + from_tag) + "\r\nCall-ID: " + call_id +
           "\r\nCSeq: " + cseq + " " + method + "\r\n" + extra + "Content-Length: 0\r\n\r\n";
  }
};

inline Message parsed(const std::string& text) {
  auto message = Message::parse(text);
  EXPECT_TRUE(message) << text;
  return std::move(*message);
}
inline Message parsed(const RequestText& request) { return parsed(request.text()); }

/// A response with the top Via, From, Call-ID and CSeq of a request.
inline std::string response_text(const Message& request, int status,
                                 const std::string& to_tag = "b1") {
  const auto value = [&](HeaderName name) { return std::string{request.value(name)}; };
  return "SIP/2.0 " + std::to_string(status) + " Whatever\r\nVia: " + value(HeaderName::via) +
         "\r\nFrom: " + value(HeaderName::from) + "\r\nTo: " + value(HeaderName::to) +
         (to_tag.empty() ? "" : ";tag=" + to_tag) + "\r\nCall-ID: " + value(HeaderName::call_id) +
         "\r\nCSeq: " + value(HeaderName::cseq) + "\r\nContent-Length: 0\r\n\r\n";
}

class SeededIds : public IdSource {
 public:
  explicit SeededIds(std::uint64_t seed = 1) : state_{seed} {}
  std::uint64_t next() override {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return state_ ^ state_ >> 29;
  }

 private:
  std::uint64_t state_;
};

/// One layer under a virtual clock. What leaves it is a trace like "0:INVITE 500:INVITE".
class Harness {
 public:
  explicit Harness(const Limits& limits = {}, TimerSettings timers = {})
      : layer{timers, limits, ids} {}

  RequestMatch::Kind match(const Message& incoming, const Flow& flow = udp()) {
    const auto result = layer.match(incoming, flow, now, out);
    last_match = result.id;
    flush();
    return result.kind;
  }
  RequestMatch::Kind match(const RequestText& incoming, const Flow& flow = udp()) {
    return match(parsed(incoming), flow);
  }
  ServerId open(const RequestText& incoming = {}, const Flow& flow = udp()) {
    return layer.open(parsed(incoming), flow, now).value_or(ServerId{});
  }
  bool respond(ServerId id, int status, std::uint64_t after = 0) {
    auto text = "SIP/2.0 " + std::to_string(status) + " Whatever\r\nTo: <sip:b@x>;tag=b1\r\n\r\n";
    const bool sent = layer.respond(id, status, make_bytes(std::move(text)), after, now, out);
    flush();
    return sent;
  }

  /// Starts a request of this method under a branch of ours.
  ClientId start(const std::string& method = "INVITE", const Flow& flow = udp(),
                 std::uint64_t after = 0) {
    const auto branch = layer.new_branch();
    RequestText text;
    text.method = method;
    text.via = "SIP/2.0/UDP proxy.example;branch=" + branch.text + ", SIP/2.0/UDP pc33.example";
    text.extra =
        "Route: <sip:r1.example;lr>, <sip:r2.example;lr>\r\nRoute: <sip:r3.example;lr>\r\n"
        "Contact: <sip:alice@pc33.example>\r\n";
    request = parsed(text);
    const bool started = layer.start(branch, request, flow, after, now, out);
    flush();
    return started ? branch.id : ClientId{};
  }
  /// Hands a response to the last started request in; true when it is news for the user.
  bool receive(int status, const std::string& to_tag = "b1") {
    return receive(parsed(response_text(request, status, to_tag)));
  }
  bool receive(const Message& response) {
    const auto id = layer.on_response(response, now, out);
    flush();
    return id.has_value();
  }
  void cancel(ClientId id, std::string_view reason = {}) {
    layer.cancel(id, reason, now, out);
    flush();
  }

  void until(int ms) {
    const TimePoint limit{Duration{ms}};
    while (layer.next_deadline() && *layer.next_deadline() <= limit) {
      now = std::max(now, *layer.next_deadline());
      layer.on_deadline(now, out);
      flush();
    }
    now = limit;
  }
  std::string trace() { return std::exchange(trace_, {}); }
  /// Text of the message that went out last.
  const std::string& sent() const { return *last_.bytes; }
  const Transmit& last() const { return last_; }

  void flush() {
    for (auto& transmit : out.transmits) {
      note(name_of(*transmit.bytes) +
           (transmit.after == 0 ? "" : "@" + std::to_string(transmit.after)));
      last_ = std::move(transmit);
    }
    for (const Notice& notice : out.notices) note(name_of(notice));
    out = {};
  }

  SeededIds ids;
  TimePoint now{};
  Output out;
  Layer layer;
  Message request = parsed(RequestText{});
  ServerId last_match{};

 private:
  static std::string name_of(const std::string& message) {
    if (message.starts_with("SIP/2.0 ")) return message.substr(8, 3);
    return message.substr(0, message.find(' '));
  }
  static std::string name_of(const Notice& notice) {
    constexpr const char* names[]{"timed-out", "failed", "no-ack", "ended", "ended"};
    return names[notice.index()];
  }
  void note(const std::string& what) {
    trace_ +=
        (trace_.empty() ? "" : " ") + std::to_string(now.time_since_epoch().count()) + ":" + what;
  }

  std::string trace_;
  Transmit last_;
};

}  // namespace sip::transaction
