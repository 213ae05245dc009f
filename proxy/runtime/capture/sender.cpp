#include "proxy/runtime/capture/sender.hpp"

#include <boost/asio/buffer.hpp>
#include <utility>
#include <variant>

#include "sipstack/net/socket.hpp"

namespace proxy::capture {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;

constexpr std::chrono::minutes look_up_each{5};
constexpr std::chrono::seconds look_up_again{30};
constexpr int send_buffer = 1024 * 1024;

udp::endpoint to_udp(const sip::Endpoint& endpoint) {
  const auto same = sip::net::to_asio(endpoint);
  return {same.address(), same.port()};
}

sip::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

Sender::Sender(asio::io_context& io, Settings::Capture settings,
               const resolve::Resolver::Options& dns, const Home& home, runtime::log::Log& log)
    : io_{io}, settings_{std::move(settings)}, home_{home}, log_{log}, socket_{io}, timer_{io} {
  if (!sip::Address::parse(settings_.host))
    resolver_.emplace(io_, dns, [this](const Resolved& resolved) { on_resolved(resolved); });
}

void Sender::start() {
  if (const auto address = sip::Address::parse(settings_.host))
    connect({*address, settings_.port});
  else
    ask();
}

void Sender::stop() {
  timer_.cancel();
  if (resolver_) resolver_->stop();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Sender::on_received(const sip::Flow& flow, const sip::Endpoint& local,
                         std::string_view message) {
  copy(flow, flow.peer, shown(local, flow.peer), message);
}

void Sender::on_sent(const sip::Flow& flow, const sip::Endpoint& local, std::string_view message) {
  copy(flow, shown(local, flow.peer), flow.peer, message);
}

sip::Endpoint Sender::shown(const sip::Endpoint& local, const sip::Endpoint& peer) const {
  if (!local.address.is_unspecified()) return local;
  if (peer.address.is_loopback()) return {peer.address, local.port};
  return {peer.address.is_v4() ? home_.v4 : home_.v6, local.port};
}

void Sender::copy(const sip::Flow& flow, const sip::Endpoint& from, const sip::Endpoint& to,
                  std::string_view message) {
  if (!socket_.is_open()) return drop("not looked up");
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto frame =
      encode({flow.transport, from, to, now, settings_.id, settings_.name, settings_.key, message});
  boost::system::error_code error;
  socket_.send(asio::buffer(frame.bytes), 0, error);
  // What an earlier datagram met is told once, to the next one, which has not left then.
  if (error == asio::error::connection_refused) socket_.send(asio::buffer(frame.bytes), 0, error);
  if (error) return drop(error.message());
  ++sent_;
  if (!frame.cut) return;
  ++cut_;
  log_.write_guarded(
      {Level::warn, "capture.cut", {{"message_bytes", std::to_string(message.size())}}},
      wall_now());
}

void Sender::drop(std::string why) {
  const auto in_all = ++dropped_;
  log_.write_guarded({Level::warn,
                      "capture.dropped",
                      {{"why", std::move(why)}, {"in_all", std::to_string(in_all)}}},
                     wall_now());
}

void Sender::ask() {
  resolver_->resolve({ResolveId{1}, {settings_.host, sip::locate::Kind::address}});
}

void Sender::ask_again(std::chrono::seconds pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) ask();
  });
}

void Sender::on_resolved(const Resolved& resolved) {
  for (const auto& record : resolved.answer.records) {
    const auto* address = std::get_if<sip::Address>(&record.data);
    if (address == nullptr) continue;
    connect({*address, settings_.port});
    return ask_again(look_up_each);
  }
  log_.warn("capture.no_server",
            {{"name", settings_.host},
             {"why", std::string{sip::locate::to_string(resolved.answer.failure)}}});
  ask_again(look_up_again);
}

void Sender::connect(const sip::Endpoint& server) {
  if (server == server_ && socket_.is_open()) return;
  boost::system::error_code error;
  boost::system::error_code ignored;
  udp::socket socket{io_};
  const auto there = to_udp(server);
  socket.open(there.protocol(), error);
  if (!error) socket.connect(there, error);
  if (!error) socket.non_blocking(true, error);
  if (error) {
    log_.warn("capture.no_server", {{"address", server.to_string()}, {"why", error.message()}});
    return;
  }
  socket.set_option(asio::socket_base::send_buffer_size{send_buffer}, ignored);
  socket_ = std::move(socket);
  server_ = server;
  log_.info("capture.server", {{"address", server.to_string()}});
}

}  // namespace proxy::capture
