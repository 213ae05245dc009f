#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "proxy/runtime/loop/server.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy::runtime {

/// A blocking client socket on loopback; UDP or TCP, which differ only in how they are opened.
class Wire {
 public:
  Wire(sip::Transport transport, const sip::Endpoint& server);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void send(const std::string& text) const;
  /// The next datagram, or what a stream holds now; empty after five seconds.
  std::string receive() const;
  sip::Endpoint local() const;

 private:
  int fd_;
};

/// A server on loopback ports with its data in a folder of the test's own.
class ServerTest : public ::testing::Test {
 protected:
  ServerTest();
  ~ServerTest() override;

  Server& start();
  sip::Endpoint bound(std::size_t index) const {
    return server_->settings().locals.at(index).bound;
  }
  view::Answer ask(view::Query query);
  view::Answer change(Change change);
  /// What starting with these settings says when it fails, else an empty text.
  std::string start_error() const;
  /// A request as a client on this wire writes it; `extra`: header lines.
  static std::string request(const std::string& method, const Wire& wire, const std::string& branch,
                             const std::string& extra = {});

  Settings settings_;
  std::shared_ptr<log::Log> log_;
  std::optional<Server> server_;
};

}  // namespace proxy::runtime
