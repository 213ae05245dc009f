#pragma once
#include <functional>
#include <iosfwd>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "bench/load/agenda.hpp"
#include "bench/load/caller.hpp"
#include "bench/load/device.hpp"
#include "bench/load/options.hpp"
#include "bench/load/usage.hpp"
#include "bench/load/wire.hpp"

namespace bench {

class Pushes;

enum class Contact : std::uint8_t { plain, with_push };

/// One measurement: the sockets, the callers and the devices behind them, and the clock.
class Run {
 public:
  explicit Run(const Options& options);

  /// Opens `count` device sockets that answer in this manner.
  std::vector<Socket*> open_devices(unsigned count, std::uint16_t first_port, Manner manner);
  /// Opens one device socket whose requests go to `on_request`.
  using OnRequest = std::function<void(const sip::Message&, Socket&)>;
  Socket& open_device(const std::string& ip, std::uint16_t port, OnRequest on_request);
  /// Shows every response to `tap` before it is acted on.
  using Tap = std::function<void(const sip::Message&, const Socket&)>;
  void on_response(Tap tap) { tap_ = std::move(tap); }
  Socket& caller_socket() { return *caller_socket_; }
  Caller& caller() { return caller_; }
  Devices& devices() { return devices_; }
  Agenda& agenda() { return agenda_; }
  Wire& wire() { return wire_; }

  /// Starts `count` operations as window and rate allow and waits for them all.
  void drive(unsigned count, unsigned window, double rate,
             const std::function<void(unsigned index)>& start);
  /// Serves the sockets until `done` holds or `time` is over. Returns whether it held.
  bool until(const std::function<bool()>& done, std::chrono::duration<double> time);
  void idle(std::chrono::duration<double> time);

  /// Registers every user's device with its challenge; throws std::runtime_error when one fails.
  void register_all(const std::vector<Socket*>& sockets, Contact contact = Contact::plain);
  /// Registers every device with its push coordinates and closes its socket: from now on it sleeps.
  /// Without --contact-params nothing is registered.
  void put_to_sleep();
  /// A sleeping device registers on one of these sockets.
  void wake(unsigned user, const std::vector<Socket*>& sockets);

  struct Reading {
    Time at{};
    Usage server;
    std::chrono::nanoseconds own{0};
  };
  Reading read(Memory memory) const;
  /// Waits --after, reads again, and describes what happened since `before`.
  nlohmann::ordered_json result(const Reading& before, Time finished);

 private:
  void step(std::chrono::nanoseconds wait);
  void hear(const sip::Message& response, const Socket& socket);
  std::string contact_params(unsigned user) const;

  const Options& options_;
  Agenda agenda_;
  Tap tap_;
  Wire wire_;
  Caller caller_;
  Devices devices_;
  Socket* caller_socket_;
};

double ms_between(Time from, Time to);
/// The value that this share (0 to 1) of the values does not exceed; 0 of no values.
double percentile(std::vector<double> values, double share);

// The modes; each prints nothing and returns its JSON line.
nlohmann::ordered_json run_reg(Run& run, const Options& options);
nlohmann::ordered_json run_options(Run& run, const Options& options);
nlohmann::ordered_json run_call(Run& run, const Options& options);
nlohmann::ordered_json run_pend(Run& run, const Options& options);
nlohmann::ordered_json run_flood(Run& run, const Options& options);
nlohmann::ordered_json run_late(Run& run, const Options& options);

// The modes whose every call is judged: `failed` counts the phones to whom anything but exactly one
// call happened, `faults` says what.
nlohmann::ordered_json run_burst(Run& run, const Options& options, Pushes& pushes);
nlohmann::ordered_json run_races(Run& run, const Options& options, Pushes& pushes);
nlohmann::ordered_json run_delays(Run& run, const Options& options, Pushes& pushes);
nlohmann::ordered_json run_crash(Run& run, const Options& options, Pushes& pushes);

}  // namespace bench
