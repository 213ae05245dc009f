#include "app/probe/pbx.hpp"

#include <netdb.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "proxy/runtime/tls/files.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/net/network.hpp"

namespace app::probe {
namespace {

using proxy::runtime::tls::Finding;
using Level = Finding::Level;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{4};
constexpr std::chrono::milliseconds first_repeat{500};  // RFC 3261 section 17.1.2.2, timer E
constexpr std::size_t addresses_asked = 2;

sip::Endpoint anywhere(bool v4) { return {*sip::Address::parse(v4 ? "0.0.0.0" : "::"), 0}; }

sip::net::Settings one_listener(const sip::Flow& flow, const proxy::Settings& settings) {
  sip::net::Settings out;
  out.listeners.push_back({flow.transport, anywhere(flow.peer.address.is_v4()), false, {}});
  if (flow.transport == sip::Transport::tls)
    out.tls = sip::net::TlsContext::load(proxy::runtime::tls::files_of(settings));
  return out;
}

/// One OPTIONS to one address, and what became of it.
class Question final : private sip::net::Receiver {
 public:
  Question(boost::asio::io_context& io, const sip::Flow& flow, const proxy::Settings& settings)
      : flow_{flow}, network_{io, one_listener(flow, settings), *this}, repeat_{io}, end_{io} {
    if (!settings.pbx->tls_name.empty())
      network_.expect(flow.peer, settings.pbx->tls_name);
    else if (!sip::Address::parse(settings.pbx->host))
      network_.expect(flow.peer, settings.pbx->host);
  }

  void ask() {
    network_.start();
    asked_at_ = Clock::now();
    end_.expires_after(patience);
    end_.async_wait([this](const boost::system::error_code& error) {
      if (!error) finish("no answer in 4 s: is it there, and does no firewall keep us apart?");
    });
    send(first_repeat);
  }
  /// The status line; empty: trouble() says why not.
  const std::string& answer() const { return answer_; }
  const std::string& trouble() const { return trouble_; }
  std::chrono::milliseconds took() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(ended_at_ - asked_at_);
  }

 private:
  void send(std::chrono::milliseconds again) {
    const auto peer = flow_.peer.to_string();
    const auto transport = std::string{sip::via_name(flow_.transport)};
    const auto uri = "sip:" + peer;
    network_.send(flow_,
                  sip::make_bytes("OPTIONS " + uri + " SIP/2.0\r\nVia: SIP/2.0/" + transport + " " +
                                  network_.bound().front().endpoint.to_string() +
                                  ";rport;branch=z9hG4bKdoctor\r\nMax-Forwards: 70\r\nFrom: "
                                  "<sip:doctor@sipwake.invalid>;tag=doctor\r\nTo: <" +
                                  uri +
                                  ">\r\nCall-ID: doctor\r\nCSeq: 1 OPTIONS\r\nAccept: "
                                  "application/sdp\r\nContent-Length: 0\r\n\r\n"),
                  1);
    network_.flush();
    if (flow_.reliable()) return;
    repeat_.expires_after(again);
    repeat_.async_wait([this, again](const boost::system::error_code& error) {
      if (!error) send(again * 2);
    });
  }
  void finish(std::string trouble) {
    if (ended_at_ != Clock::time_point{}) return;
    ended_at_ = Clock::now();
    trouble_ = std::move(trouble);
    repeat_.cancel();
    end_.cancel();
    network_.shut();
  }

  void on_message(const sip::Flow&, std::string bytes) override {
    const auto message = sip::Message::parse(std::move(bytes));
    if (message.has_error() || message->is_request() || message->status() < 200) return;
    answer_ = std::to_string(message->status()) + ' ' + std::string{message->reason()};
    finish({});
  }
  void on_closed(const sip::Flow&) override { finish("closed the connection"); }
  void on_send_failed(const sip::Flow&, sip::net::Cookie) override { finish("cannot be reached"); }
  void on_trouble(const sip::Flow&, std::string_view what) override { finish(std::string{what}); }
  void on_opened(const sip::Flow&, std::vector<std::string>) override {}
  void on_keep_alive(const sip::Flow&) override {}
  void on_batch_end() override { network_.flush(); }

  sip::Flow flow_;
  sip::net::Network network_;
  boost::asio::steady_timer repeat_;
  boost::asio::steady_timer end_;
  Clock::time_point asked_at_{};
  Clock::time_point ended_at_{};
  std::string answer_;
  std::string trouble_;
};

/// Where the PBX is; an empty list: `error` says why that is not known.
std::vector<sip::Address> addresses_of(const std::string& host, std::string& error) {
  if (const auto literal = sip::Address::parse(host)) return {*literal};
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &wanted, &list); code != 0) {
    error = ::gai_strerror(code);
    return {};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> keeper{list, ::freeaddrinfo};
  std::vector<sip::Address> out;
  for (const auto* one = list; one != nullptr && out.size() < addresses_asked; one = one->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) != 0)
      continue;
    if (const auto address = sip::Address::parse(text)) out.push_back(*address);
  }
  if (out.empty()) error = "it has no address";
  return out;
}

Finding ask(const sip::Flow& flow, const proxy::Settings& settings) {
  const auto who =
      "PBX " + flow.peer.to_string() + ' ' + std::string{sip::to_string(flow.transport)} + ": ";
  boost::asio::io_context io;
  Question question{io, flow, settings};
  question.ask();
  io.run();
  if (question.answer().empty()) return {Level::bad, who + question.trouble()};
  return {Level::good, who + "answers OPTIONS with " + question.answer() + " in " +
                           std::to_string(question.took().count()) + " ms"};
}

}  // namespace

std::vector<Finding> ask_pbx(const proxy::Settings& settings) {
  if (!settings.pbx)
    return {{Level::bad,
             "there is no [pbx] in the configuration; `sipwake recipe` shows how. (Of a "
             "trunk, `sipwake trunk list` says whether it answers: set --probe.)"}};
  const auto& pbx = *settings.pbx;
  const auto standard = pbx.transport == sip::Transport::tls ? 5061 : 5060;
  const auto port = static_cast<std::uint16_t>(pbx.port == 0 ? standard : pbx.port);
  std::string error;
  std::vector<Finding> found;
  for (const auto& address : addresses_of(pbx.host, error)) try {
      found.push_back(ask({pbx.transport, 0, {address, port}, 0}, settings));
    } catch (const std::runtime_error& failure) {
      found.push_back({Level::bad, "PBX " + pbx.host + ": " + failure.what()});
    }
  if (found.empty()) found.push_back({Level::bad, "PBX " + pbx.host + ": " + error});
  return found;
}

}  // namespace app::probe
