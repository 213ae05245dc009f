#include "sipstack/transport/websocket.hpp"

#include <gtest/gtest.h>

#include <boost/asio/write.hpp>

#include "sipstack/net/socket.hpp"
#include "tests/unit/sipstack/net/tls_fixture.hpp"

namespace sip::net {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;
using Texts = std::vector<std::string>;

const std::string head =
    "GET /anywhere HTTP/1.1\r\nHost: sip.example\r\nUpgrade: websocket\r\n"
    "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n";
const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string sip = "Sec-WebSocket-Protocol: xmpp, sip\r\n";
const std::string good_request = head + key + sip + "\r\n";
const std::string good_answer =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n";

/// A frame as a client sends it, masked with zeros.
std::string frame(unsigned char first, const std::string& payload) {
  auto out = websocket_frame_head(WebSocketOpcode::text, payload.size());
  out[0] = static_cast<char>(first);
  out[1] = static_cast<char>(out[1] | static_cast<char>(0x80));
  return out + std::string(4, '\0') + payload;
}

class WebSocketTest : public TlsTest {
 protected:
  void listen_ws(std::vector<std::string> origins = {}) {
    settings_.listeners.push_back({Transport::ws, loopback(), false, std::move(origins)});
    listen({});
  }
  void write(tcp::socket& peer, const std::string& text) {
    boost::asio::write(peer, boost::asio::buffer(text));
  }
  /// Connected and greeted.
  tcp::socket join() {
    auto peer = connect_plain();
    write(peer, good_request);
    EXPECT_EQ(read(peer, good_answer.size()), good_answer);
    return peer;
  }
  /// What a request is answered with, by its first line.
  std::string answer_to(const std::string& request) {
    auto peer = connect_plain();
    write(peer, request);
    const auto text = read(peer, std::string::npos);
    return text.substr(0, text.find("\r\n"));
  }
};

TEST_F(WebSocketTest, GreetsAClientOfTheSubProtocolSip) {
  listen_ws();
  const auto peer = join();
  ASSERT_EQ(diary_.opened.size(), 1U);
  EXPECT_EQ(diary_.opened[0].transport, Transport::ws);
  EXPECT_EQ(diary_.opened[0].peer, to_endpoint(peer.local_endpoint()));
}

TEST_F(WebSocketTest, CarriesOneMessageAFrameBothWays) {
  listen_ws();
  auto peer = join();
  write(peer, frame(0x81, options_text) + frame(0x82, options_text));
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 2; }));
  EXPECT_EQ(diary_.messages[0].bytes, options_text);
  EXPECT_EQ(diary_.messages[1].bytes, options_text);
  network().send(diary_.opened[0], make_bytes("an answer"));
  network().send(diary_.opened[0], make_bytes("\xFF no text"));
  network().flush();
  const auto expected = websocket_frame(WebSocketOpcode::text, "an answer") +
                        websocket_frame(WebSocketOpcode::binary, "\xFF no text");
  EXPECT_EQ(read(peer, expected.size()), expected);
}

TEST_F(WebSocketTest, TakesFramesThatCameTogetherWithTheRequest) {
  listen_ws();
  auto peer = connect_plain();
  write(peer, good_request + frame(0x81, options_text));
  EXPECT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
}

TEST_F(WebSocketTest, TakesARequestInPieces) {
  listen_ws();
  auto peer = connect_plain();
  for (const char c : good_request) {
    write(peer, std::string{c});
    io_.poll();
  }
  EXPECT_EQ(read(peer, good_answer.size()), good_answer);
}

TEST_F(WebSocketTest, TakesAMessageInFragments) {
  listen_ws();
  auto peer = join();
  write(peer, frame(0x01, options_text.substr(0, 20)) + frame(0x80, options_text.substr(20)));
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  EXPECT_EQ(diary_.messages[0].bytes, options_text);
}

TEST_F(WebSocketTest, AnswersPingsOfBothKinds) {
  listen_ws();
  auto peer = join();
  write(peer, frame(0x89, "hi") + frame(0x81, "\r\n\r\n"));
  const auto expected =
      websocket_frame(WebSocketOpcode::pong, "hi") + websocket_frame(WebSocketOpcode::text, "\r\n");
  EXPECT_EQ(read(peer, expected.size()), expected);
  EXPECT_EQ(diary_.keep_alives.size(), 2U);
  EXPECT_TRUE(diary_.messages.empty());
}

TEST_F(WebSocketTest, AnswersAnOrderlyEnd) {
  listen_ws();
  auto peer = join();
  write(peer, frame(0x88, std::string{"\x03\xE8"
                                      "bye",
                                      5}));
  EXPECT_EQ(read(peer, std::string::npos), websocket_close(1000));
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_TRUE(diary_.troubles.empty());
}

TEST_F(WebSocketTest, SaysGoodbyeWhenItCloses) {
  listen_ws();
  auto peer = join();
  network().close(diary_.opened[0]);
  EXPECT_EQ(read(peer, std::string::npos), websocket_close(1001));
}

TEST_F(WebSocketTest, PingsASilentClientAndKeepsItWhenItAnswers) {
  settings_.patience.ping = milliseconds{30};
  listen_ws();
  auto peer = join();
  const auto ping = websocket_frame(WebSocketOpcode::ping, {});
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(read(peer, ping.size()), ping);
    write(peer, frame(0x8A, {}));
  }
  EXPECT_TRUE(diary_.closed.empty());
  EXPECT_EQ(read(peer, std::string::npos), ping) << "unanswered, then closed";
  EXPECT_EQ(diary_.troubles, Texts{"does not answer a ping"});
}

TEST_F(WebSocketTest, RefusesWhatIsNoWebSocketForSip) {
  listen_ws();
  EXPECT_EQ(answer_to(head + key + "\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(answer_to(head + key + "Sec-WebSocket-Protocol: xmpp\r\n\r\n"),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(answer_to(head + sip + "\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(answer_to(head + sip + "Sec-WebSocket-Key: short\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 426 Upgrade Required");
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
            "HTTP/1.1 400 Bad Request");
  auto old = good_request;
  old.replace(old.find("13\r\n"), 2, "8");
  EXPECT_EQ(answer_to(old), "HTTP/1.1 426 Upgrade Required");
  EXPECT_EQ(answer_to(options_text), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(answer_to("\x16\x03\x01 hello"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(diary_.troubles.size(), 9U);
  EXPECT_EQ(network().counters().handshake_errors, 9U);
  EXPECT_TRUE(diary_.opened.empty());
  EXPECT_EQ(network().connections(), 0U);
}

TEST_F(WebSocketTest, RefusesPagesFromElsewhere) {
  listen_ws({"https://phone.example"});
  const auto from = [](const std::string& origin) {
    return head + key + sip + "Origin: " + origin + "\r\n\r\n";
  };
  EXPECT_EQ(answer_to(from("https://evil.example")), "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(answer_to(from("null")), "HTTP/1.1 403 Forbidden");
  auto page = connect_plain();
  write(page, from("https://Phone.example"));
  EXPECT_EQ(read(page, good_answer.size()), good_answer);
  join();
}

TEST_F(WebSocketTest, RefusesARequestThatNeverEnds) {
  listen_ws();
  auto peer = connect_plain();
  write(peer, head + "X: " + std::string(20'000, 'x'));
  ASSERT_TRUE(run_until([this] { return network().counters().handshake_errors == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"WebSocket: request too large"});
}

TEST_F(WebSocketTest, ClosesAGreetingThatStalls) {
  settings_.patience.handshake = milliseconds{30};
  listen_ws();
  auto peer = connect_plain();
  write(peer, head);
  EXPECT_EQ(read(peer, 1), "");
  EXPECT_EQ(diary_.troubles, Texts{"handshake not done in time"});
}

TEST_F(WebSocketTest, ClosesAClientThatSendsBadFramesAndHarmsNobody) {
  listen_ws();
  auto other = join();
  const std::string huge{"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0", 14};
  struct Bad {
    std::string bytes;
    std::uint16_t code;
    const char* why;
  };
  for (const auto& [bytes, code, why] :
       {Bad{"\x81\x02hi....", 1002, "WebSocket: frame not masked"},
        Bad{huge, 1009, "WebSocket: message too large"},
        Bad{frame(0x80, "x"), 1002, "WebSocket: fragments out of order"},
        Bad{frame(0x81, "\xFF"), 1007, "WebSocket: text is not UTF-8"}}) {
    auto peer = join();
    write(peer, bytes);
    EXPECT_EQ(read(peer, std::string::npos), websocket_close(code));
    EXPECT_EQ(diary_.troubles.back(), why);
  }
  EXPECT_EQ(network().counters().framing_errors, 4U);
  write(other, frame(0x81, options_text));
  EXPECT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
}

TEST_F(WebSocketTest, ClosesAMessageThatStallsBetweenFragments) {
  settings_.patience.first_message = milliseconds{30};
  listen_ws();
  auto peer = join();
  write(peer, frame(0x81, options_text) + frame(0x01, "OPTIONS"));
  ASSERT_TRUE(run_until([this] { return diary_.closed.size() == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"no whole message in time"});
}

TEST_F(WebSocketTest, ClosesAPeerThatDoesNotRead) {
  listen_ws();
  auto peer = join();
  const auto bytes = make_bytes(std::string(50'000, 'x'));
  for (int i = 0; i < 10'000 && diary_.closed.empty(); ++i) {
    network().send(diary_.opened[0], bytes, 1);
    network().flush();
    io_.poll();
  }
  EXPECT_EQ(diary_.closed.size(), 1U);
  EXPECT_EQ(network().counters().slow_readers, 1U);
}

TEST_F(WebSocketTest, IsNeverConnectedTo) {
  listen_ws();
  network().send({Transport::ws, 0, loopback(9), 0}, make_bytes("x"), 3);
  ASSERT_TRUE(run_until([this] { return diary_.failures.size() == 1; }));
  EXPECT_EQ(network().connections(), 0U);
}

TEST_F(WebSocketTest, WorksOverTlsAsWell) {
  listen_tls(Transport::wss);
  const auto peer = connect("default.example");
  ASSERT_TRUE(peer->is_secure());
  peer->write(good_request);
  EXPECT_EQ(read(*peer, good_answer.size()), good_answer);
  peer->write(frame(0x81, options_text));
  ASSERT_TRUE(run_until([this] { return diary_.messages.size() == 1; }));
  EXPECT_EQ(diary_.messages[0].flow.transport, Transport::wss);
  network().send(diary_.messages[0].flow, make_bytes("an answer"));
  network().flush();
  const auto expected = websocket_frame(WebSocketOpcode::text, "an answer");
  EXPECT_EQ(read(*peer, expected.size()), expected);
}

TEST_F(WebSocketTest, ClosesPlainTextOnASecureWebSocket) {
  listen_tls(Transport::wss);
  auto peer = connect_plain();
  write(peer, good_request);
  ASSERT_TRUE(run_until([this] { return network().counters().handshake_errors == 1; }));
  EXPECT_EQ(diary_.troubles, Texts{"no TLS on a TLS connection"});
}

TEST_F(WebSocketTest, TheTlsAndTheWebSocketHandshakeShareTheirTime) {
  settings_.patience.handshake = milliseconds{60};
  listen_tls(Transport::wss);
  const auto peer = connect();
  ASSERT_TRUE(peer->is_secure());
  EXPECT_EQ(read(*peer, 1), "");
  EXPECT_EQ(diary_.troubles, Texts{"handshake not done in time"});
  EXPECT_TRUE(diary_.opened.empty());
}

}  // namespace
}  // namespace sip::net
