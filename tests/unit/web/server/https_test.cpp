#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>

#include "sipstack/net/certificate.hpp"
#include "sipstack/net/tls_context.hpp"
#include "tests/unit/web/server/http_client.hpp"
#include "tests/unit/web/server/site.hpp"

namespace web::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A certificate of its own in a folder that goes with the test.
class Certificate {
 public:
  Certificate() {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-https-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto made = sip::net::make_self_signed({"page.example"}, {}, now - std::chrono::hours{1},
                                                 now + std::chrono::hours{1});
    std::ofstream{folder_ / "cert.pem"} << made.certificate;
    std::ofstream{folder_ / "key.pem"} << made.private_key;
    sip::net::TlsSettings settings;
    settings.files = {(folder_ / "cert.pem").string(), (folder_ / "key.pem").string()};
    context_ = sip::net::TlsContext::load(settings);
  }
  Certificate(Certificate&&) = delete;
  ~Certificate() { std::filesystem::remove_all(folder_); }
  proxy::runtime::tls::Source source() const {
    return [context = context_] { return context; };
  }

 private:
  std::filesystem::path folder_;
  std::shared_ptr<const sip::net::TlsContext> context_;
};

class HttpsTest : public ::testing::Test {
 protected:
  /// All that comes back until the server closes.
  std::string ask(const std::string& request) {
    asio::io_context io;
    const std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
    asio::ssl::stream<tcp::socket> stream{tcp::socket{io}, SSL_new(context.get())};
    stream.next_layer().connect({asio::ip::address_v4::loopback(), site_.port()});
    stream.handshake(asio::ssl::stream_base::client);
    asio::write(stream, asio::buffer(request));
    std::string text;
    boost::system::error_code error;
    asio::read(stream, asio::dynamic_buffer(text), error);
    EXPECT_EQ(error, asio::error::eof) << "no close_notify: " << error.message();
    return text;
  }
  static std::string closing(std::string request) {
    request.insert(request.find("\r\n") + 2, "Connection: close\r\n");
    return request;
  }

  Certificate certificate_;
  Site site_{std::make_shared<FakeBackend>([](const api::Task& task) -> api::Answer {
               if (std::holds_alternative<api::Login>(task)) return api::LoggedIn{"s", "c", 60};
               return api::Ready{};
             }),
             {},
             -1,
             certificate_.source()};
};

TEST_F(HttpsTest, AnswersOverTls) {
  const auto text = ask(closing(get("/healthz")));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n")) << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\nok\n")) << text;
}

TEST_F(HttpsTest, KeepsTheSessionsCookieToTls) {
  const auto text = ask(closing(with_body("POST", "/api/v1/login", R"({"password":"x"})")));
  EXPECT_NE(text.find("Set-Cookie: sipwake_session=s;"), std::string::npos) << text;
  EXPECT_NE(text.find("; Secure\r\n"), std::string::npos) << text;
}

TEST_F(HttpsTest, SaysNothingToWhoSpeaksPlainly) {
  HttpClient client{site_.port()};
  const auto reply = client.ask(get("/healthz"));
  EXPECT_FALSE(reply && reply->status == 200);
}

TEST_F(HttpsTest, TellsWhoAsksWrongly) {
  const auto text = ask("GET / HTTP/9.9\r\n\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 400 ")) << text;
}

}  // namespace
}  // namespace web::server
