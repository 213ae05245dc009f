#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/agent.hpp"
#include "sipstack/net/network.hpp"
#include "sipstack/net/receiver.hpp"

namespace app::demo {

/// Which phone this is and how it behaves; the transport is that of `server`.
struct PhoneSettings {
  AgentSettings agent;  ///< `local` and `server` are filled in by the phone
  sip::Transport transport{sip::Transport::udp};
  sip::Endpoint server{};
};

/// An Agent with a socket of its own on 127.0.0.1. Lives on one io_context and keeps a record of
/// what it saw. Destroy it only after the io_context has run for the last time.
class Phone final : private sip::net::Receiver {
 public:
  Phone(boost::asio::io_context& io, PhoneSettings settings, sip::IdSource& ids);
  ~Phone() override;
  Phone(Phone&&) = delete;

  void register_contact(std::chrono::seconds expires);
  std::string call(std::string_view callee_uri);
  void cancel(std::string_view call_id);
  void hang_up(std::string_view call_id);
  /// Closes the socket without a word to anybody, as an app that is suspended does.
  void switch_off();

  /// How often it saw this; an empty Call-ID: in any call.
  std::size_t count(Sight what, std::string_view call_id = {}) const;
  bool saw(Sight what, std::string_view call_id = {}) const { return count(what, call_id) > 0; }
  /// The first such sighting, or null.
  const Sighting* first(Sight what, std::string_view call_id = {}) const;

 private:
  void on_message(const sip::Flow& flow, std::string bytes) override;
  void on_opened(const sip::Flow&, std::vector<std::string>) override {}
  void on_closed(const sip::Flow& flow) override;
  void on_keep_alive(const sip::Flow&) override {}
  void on_send_failed(const sip::Flow&, sip::net::Cookie) override {}
  void on_trouble(const sip::Flow&, std::string_view) override {}
  void on_batch_end() override {}

  /// Sends what the agent left, takes note of what it saw and sets the timer.
  void deliver();
  void wait_for_deadline();

  boost::asio::steady_timer timer_;
  sip::net::Network network_;
  Agent agent_;
  Agent::Output out_;
  std::vector<Sighting> sightings_;
  bool on_{true};
};

/// Now, on the clock that phones run by.
sip::TimePoint phone_time();

}  // namespace app::demo
