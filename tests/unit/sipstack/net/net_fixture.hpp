#pragma once
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sipstack/net/network.hpp"

namespace sip::net {

/// Writes down what it is told; a test may hang an action on the end of a batch.
class Diary : public Receiver {
 public:
  struct Entry {
    Flow flow;
    std::string bytes;
  };
  struct Failure {
    Flow flow;
    Cookie cookie{0};
  };
  void on_message(const Flow& flow, std::string bytes) override {
    messages.push_back({flow, std::move(bytes)});
  }
  void on_opened(const Flow& flow, std::vector<std::string> names) override {
    opened.push_back(flow);
    proven.push_back(std::move(names));
  }
  void on_closed(const Flow& flow) override { closed.push_back(flow); }
  void on_keep_alive(const Flow& flow) override { keep_alives.push_back(flow); }
  void on_send_failed(const Flow& flow, Cookie cookie) override {
    failures.push_back({flow, cookie});
  }
  void on_trouble(const Flow&, std::string_view what) override { troubles.emplace_back(what); }
  void on_batch_end() override {
    ++batches;
    if (at_batch_end) at_batch_end();
  }

  std::vector<Entry> messages;
  std::vector<Flow> opened, closed, keep_alives;
  std::vector<std::vector<std::string>> proven;  ///< by each opened flow
  std::vector<Failure> failures;
  std::vector<std::string> troubles;
  std::size_t batches{0};
  std::function<void()> at_batch_end;
};

/// A network on loopback ports and plain blocking or asynchronous sockets as its peers.
class NetTest : public ::testing::Test {
 protected:
  static Endpoint loopback(std::uint16_t port = 0) { return {Address::v4(0x7F000001), port}; }

  Network& listen(const std::vector<Transport>& transports, Endpoint address = loopback()) {
    for (const auto transport : transports) settings_.listeners.push_back({transport, address});
    network_.emplace(io_, settings_, diary_);
    network_->start();
    diary_.at_batch_end = [this] { network_->flush(); };
    return *network_;
  }
  Network& network() { return *network_; }
  Endpoint bound(std::size_t index = 0) const { return network_->bound().at(index).endpoint; }

  /// Runs the network until the condition holds; false after ten seconds.
  bool run_until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition() && std::chrono::steady_clock::now() < limit)
      io_.run_one_for(std::chrono::milliseconds{100});
    return condition();
  }

  boost::asio::io_context io_;
  Settings settings_;
  Diary diary_;
  std::optional<Network> network_;
};

inline const std::string options_text =
    "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\n"
    "Content-Length: 0\r\n\r\n";

}  // namespace sip::net
