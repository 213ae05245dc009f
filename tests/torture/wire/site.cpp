#include "tests/torture/wire/site.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>

#include "sipstack/net/socket.hpp"

namespace torture {
namespace {

using namespace std::chrono_literals;

const auto loopback = *sip::Endpoint::parse("127.0.0.1:0");

/// Status codes of the responses in a text, in their order.
std::vector<std::string> statuses(std::string_view text) {
  std::vector<std::string> found;
  constexpr std::string_view start = "SIP/2.0 ";
  for (auto at = text.find(start); at != std::string_view::npos; at = text.find(start, at + 1)) {
    const bool begins = at == 0 || text[at - 1] == '\n';
    const auto code = text.substr(at + start.size(), 3);
    if (begins && code.size() == 3 && std::isdigit(static_cast<unsigned char>(code[0])) != 0)
      found.emplace_back(code);
  }
  return found;
}

Outcome heard(std::vector<std::string> found, bool probed, bool closed) {
  if (probed && !found.empty()) found.pop_back();
  if (!found.empty()) return {found.front(), probed};
  if (probed) return {"-", true};
  return {closed ? "close" : "waits", false};
}

std::string next_id() {
  static std::uint64_t last = 0;
  return "probe-" + std::to_string(++last) + "-end";
}

}  // namespace

Site::Site(bool trusting)
    : folder_{(std::filesystem::temp_directory_path() / "sipwake-wire-XXXXXX").string()} {
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
  proxy::Settings settings;
  settings.http_address = *sip::Endpoint::parse("127.0.0.1:0");
  settings.data_dir = folder_;
  settings.domains = {"example.com"};
  settings.listeners = {{sip::Transport::udp, loopback, {}}, {sip::Transport::tcp, loopback, {}}};
  settings.abuse.exempt = {*sip::AddressBlock::parse("127.0.0.0/8")};
  if (trusting) {
    settings.auth.trusted = {{settings.abuse.exempt.front(), std::nullopt}};
    settings.domains.insert(settings.domains.end(), {"calls.example", "example.net"});
    settings.wake.unknown_devices = true;
    settings.webhook = proxy::Settings::Webhook{"http://127.0.0.1:1/", "secret"};
  }
  const auto log = std::make_shared<proxy::runtime::log::Log>(proxy::runtime::log::Format::text,
                                                              proxy::Level::error, STDERR_FILENO);
  server_.emplace(settings, log);
  server_->start();
  if (trusting) add_users();
}

proxy::view::Counters Site::counters() {
  std::promise<proxy::view::Counters> promise;
  server_->ask(proxy::view::StatusQuery{}, [&promise](const proxy::view::Answer& answer) {
    const auto* status = std::get_if<proxy::view::Status>(&answer);
    promise.set_value(status ? status->counters : proxy::view::Counters{});
  });
  return promise.get_future().get();
}

void Site::add_users() {
  proxy::ImportUsers import;
  for (const auto* domain : {"example.com", "calls.example", "example.net"})
    for (const auto* name : {"rita", "otto", "user", "j.user"})
      import.users.push_back({std::string{name} + "@" + domain, "secret", {}, {}, {}, {}});
  std::promise<void> done;
  server_->change(std::move(import), [&done](const proxy::view::Answer&) { done.set_value(); });
  done.get_future().wait();
}

Site::~Site() {
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Peer::Peer(sip::Transport transport, const sip::Endpoint& server)
    : descriptor_{::socket(AF_INET, sip::is_stream(transport) ? SOCK_STREAM : SOCK_DGRAM, 0)} {
  const sip::net::SocketAddress there{server};
  if (descriptor_ < 0 || ::connect(descriptor_, there.raw(), there.size) != 0)
    throw std::runtime_error{"cannot connect"};
}

Peer::~Peer() { ::close(descriptor_); }

bool Peer::send(std::string_view bytes) {
  if (closed_ || ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) closed_ = true;
  return !closed_;
}

std::string Peer::receive(std::chrono::milliseconds patience) {
  pollfd readable{descriptor_, POLLIN, 0};
  if (closed_ || ::poll(&readable, 1, static_cast<int>(patience.count())) <= 0) return {};
  std::array<char, 65'536> bytes{};
  const auto count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (count <= 0) closed_ = true;
  return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string{};
}

std::string probe(const std::string& call_id) {
  return "OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK" +
         call_id +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:probe@example.com>;tag=p\r\n"
         "To: <sip:example.com>\r\nCall-ID: " +
         call_id + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
}

bool is_alive(const Site& site) {
  Peer peer{sip::Transport::udp, site.udp()};
  const auto id = next_id();
  peer.send(probe(id));
  // A port that was given back may still be sent what was meant for its last owner.
  for (;;) {
    const auto answer = peer.receive(5s);
    if (answer.empty()) return false;
    if (answer.find(id) != std::string::npos) return answer.starts_with("SIP/2.0 200");
  }
}

Outcome try_udp(const Site& site, const std::string& message) {
  Peer peer{sip::Transport::udp, site.udp()};
  const auto id = next_id();
  peer.send(message);
  peer.send(probe(id));
  std::string all;
  while (all.find(id) == std::string::npos) {
    const auto answer = peer.receive(5s);
    if (answer.empty()) break;
    all += answer + "\r\n";
  }
  return heard(statuses(all), all.find(id) != std::string::npos, false);
}

Outcome try_tcp(const Site& site, const std::string& message) {
  Peer peer{sip::Transport::tcp, site.tcp()};
  const auto id = next_id();
  peer.send(message + probe(id));
  std::string all;
  while (all.find(id) == std::string::npos && !peer.closed()) {
    const auto some = peer.receive(1s);
    if (some.empty()) break;
    all += some;
  }
  return heard(statuses(all), all.find(id) != std::string::npos, peer.closed());
}

}  // namespace torture
