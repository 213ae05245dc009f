#include "tests/unit/proxy/runtime/loop/server_fixture.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "sipstack/net/socket.hpp"

namespace proxy::runtime {
namespace {

constexpr int patience_ms = 5'000;
constexpr auto answer_patience = std::chrono::seconds{10};

const auto loopback = *sip::Endpoint::parse("127.0.0.1:0");

template <class Ask>
view::Answer wait_for(Ask ask) {
  const auto promise = std::make_shared<std::promise<view::Answer>>();
  auto answer = promise->get_future();
  ask([promise](view::Answer got) { promise->set_value(std::move(got)); });
  if (answer.wait_for(answer_patience) != std::future_status::ready)
    throw std::runtime_error{"no answer"};
  return answer.get();
}

}  // namespace

Wire::Wire(sip::Transport transport, const sip::Endpoint& server)
    : fd_{::socket(AF_INET, sip::is_stream(transport) ? SOCK_STREAM : SOCK_DGRAM, 0)} {
  const sip::net::SocketAddress there{server};
  if (fd_ < 0 || ::connect(fd_, there.raw(), there.size) != 0)
    throw std::runtime_error{"cannot connect"};
}
Wire::~Wire() { ::close(fd_); }

void Wire::send(const std::string& text) const {
  if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) < 0)
    throw std::runtime_error{"cannot send"};
}

std::string Wire::receive() const {
  pollfd readable{fd_, POLLIN, 0};
  if (::poll(&readable, 1, patience_ms) <= 0) return {};
  std::array<char, 65'536> bytes{};
  const auto count = ::recv(fd_, bytes.data(), bytes.size(), 0);
  return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string{};
}

sip::Endpoint Wire::local() const { return sip::net::bound_endpoint(fd_); }

ServerTest::ServerTest()
    : log_{std::make_shared<log::Log>(log::Format::text, Level::error, STDERR_FILENO)} {
  auto folder = (std::filesystem::temp_directory_path() / "sipwake-loop-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
  settings_.data_dir = folder;
  settings_.http_address = loopback;
  settings_.domains = {"example.com"};
  settings_.listeners = {{sip::Transport::udp, loopback, {}}, {sip::Transport::tcp, loopback, {}}};
}

ServerTest::~ServerTest() {
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(settings_.data_dir, ignored);
}

Server& ServerTest::start() {
  server_.reset();
  server_.emplace(settings_, log_);
  server_->start();
  return *server_;
}

view::Answer ServerTest::ask(view::Query query) {
  return wait_for([&](Server::Callback done) { server_->ask(std::move(query), std::move(done)); });
}

view::Answer ServerTest::change(Change change) {
  return wait_for(
      [&](Server::Callback done) { server_->change(std::move(change), std::move(done)); });
}

std::string ServerTest::start_error() const {
  try {
    const Server server{settings_, log_};
  } catch (const StartError& error) {
    return error.what();
  }
  return {};
}

std::string ServerTest::request(const std::string& method, const Wire& wire,
                                const std::string& branch, const std::string& extra) {
  const auto here = wire.local().to_string();
  return method + " sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP " + here + ";rport;branch=z9hG4bK" +
         branch +
         "\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:alice@example.com>\r\nCall-ID: " +
         branch + "\r\nCSeq: 1 " + method + "\r\nMax-Forwards: 70\r\n" + extra +
         "Content-Length: 0\r\n\r\n";
}

}  // namespace proxy::runtime
