#include "app/demo/webhook_receiver.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <iterator>
#include <mutex>
#include <thread>

#include "app/demo/seen_request.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"

namespace app::demo {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::size_t body_bytes_max = 65'536;

std::string shown(const Request& request) {
  SeenRequest out;
  out.line = std::string{request.method_string()} + ' ' + std::string{request.target()};
  for (const auto& field : request)
    out.headers.emplace_back(sip::to_lower(std::string{field.name_string()}), field.value());
  out.body = request.body();
  return text_of(out);
}

}  // namespace

class WebhookReceiver::Impl {
 public:
  Impl(std::string secret, std::uint16_t port)
      : secret_{std::move(secret)},
        acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), port}},
        url_{"http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/push"} {
    asio::co_spawn(io_, accept(), asio::detached);
    thread_ = std::jthread{[this] { io_.run(); }};
  }
  ~Impl() { io_.stop(); }
  Impl(Impl&&) = delete;

  const std::string& url() const { return url_; }
  const std::string& secret() const { return secret_; }

  void on_push(Handler handler) {
    const std::lock_guard lock{mutex_};
    handler_ = std::move(handler);
  }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (!error) {
        asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
        continue;
      }
      // Out of descriptors, most likely: trying again at once would only spin.
      asio::steady_timer pause{io_, std::chrono::milliseconds{100}};
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code error;
    for (bool keep = true; keep;) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(body_bytes_max);
      co_await http::async_read(socket, buffer, parser,
                                asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      Response response = answer(parser.get());
      keep = response.keep_alive();
      co_await http::async_write(socket, response,
                                 asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
    }
  }

  Response answer(const Request& request) {
    auto push = read_push(request.body());
    http::status status = http::status::ok;
    if (request.method() != http::verb::post || !push)
      status = http::status::bad_request;
    else if (!signature_matches(request))
      status = http::status::unauthorized;
    Response response{status, request.version()};
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    if (status == http::status::ok) {
      push->request = shown(request);
      hand_over(*push);
    }
    return response;
  }

  bool signature_matches(const Request& request) const {
    if (secret_.empty()) return true;
    const auto given = request["X-Sipwake-Signature"];
    return sip::auth::same_secret({given.data(), given.size()},
                                  push_signature(secret_, request.body()));
  }

  void hand_over(const PushSeen& push) {
    const std::lock_guard lock{mutex_};
    if (handler_) handler_(push);
  }

  std::string secret_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::string url_;
  std::mutex mutex_;  ///< guards handler_: it is set from the thread that plays the demo
  Handler handler_;
  std::jthread thread_;
};

WebhookReceiver::WebhookReceiver(std::string secret, std::uint16_t port)
    : impl_{std::make_unique<Impl>(std::move(secret), port)} {}
WebhookReceiver::~WebhookReceiver() = default;

const std::string& WebhookReceiver::url() const { return impl_->url(); }
const std::string& WebhookReceiver::secret() const { return impl_->secret(); }
std::string WebhookReceiver::token(std::string_view user) { return std::string{user} + "-mobile"; }
std::string WebhookReceiver::coordinates(std::string_view user) {
  return ";pn-provider=webhook;pn-param=sipwake-demo;pn-prid=" + token(user);
}
void WebhookReceiver::configure(proxy::Settings& settings) {
  proxy::Settings::Webhook webhook;
  webhook.url = url();
  webhook.secret = secret();
  settings.webhook = std::move(webhook);
}
void WebhookReceiver::on_push(Handler handler) { impl_->on_push(std::move(handler)); }

}  // namespace app::demo
