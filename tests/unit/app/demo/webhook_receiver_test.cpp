#include "app/demo/webhook_receiver.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <future>

namespace app::demo {
namespace {

namespace asio = boost::asio;

constexpr std::string_view body =
    R"({"event":"call","call_id":"c1","caller":{"uri":"sip:a@x"},"callee":"b@x",)"
    R"("device":{"prid":"t"},"attempt":1})";

/// Sends one request on a connection of its own and returns the status line.
std::string post(const WebhookReceiver& receiver, std::string_view text,
                 std::string_view signature = {}) {
  const std::string& url = receiver.url();
  const auto port = url.substr(url.rfind(':') + 1, url.rfind('/') - url.rfind(':') - 1);
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  socket.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(port))});
  std::string request =
      "POST /push HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(text.size()) +
      "\r\n";
  if (!signature.empty()) request.append("X-Sipwake-Signature: ").append(signature).append("\r\n");
  request.append("\r\n").append(text);
  asio::write(socket, asio::buffer(request));
  std::string answer;
  const auto size = asio::read_until(socket, asio::dynamic_buffer(answer), "\r\n");
  return answer.substr(0, size - 2);
}

TEST(WebhookReceiver, HandsAPushOver) {
  WebhookReceiver receiver;
  std::promise<PushSeen> seen;
  receiver.on_push([&](const PushSeen& push) { seen.set_value(push); });
  EXPECT_EQ(post(receiver, body), "HTTP/1.1 200 OK");
  EXPECT_EQ(seen.get_future().get().prid, "t");
}

TEST(WebhookReceiver, RefusesAWrongSignature) {
  WebhookReceiver receiver{"key"};
  EXPECT_EQ(post(receiver, body, "sha256=00"), "HTTP/1.1 401 Unauthorized");
  EXPECT_EQ(post(receiver, body), "HTTP/1.1 401 Unauthorized");
  EXPECT_EQ(post(receiver, body, push_signature("key", body)), "HTTP/1.1 200 OK");
}

TEST(WebhookReceiver, RefusesABrokenBody) {
  WebhookReceiver receiver;
  EXPECT_EQ(post(receiver, "{"), "HTTP/1.1 400 Bad Request");
}

}  // namespace
}  // namespace app::demo
