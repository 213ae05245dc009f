#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/engine/core.hpp"
#include "proxy/core/registrar/registrar.hpp"
#include "sipstack/base/deadline_queue.hpp"

namespace proxy {

/// REGISTER: from the authenticated request to the 200 that leaves when its rows are committed.
class RegistrationDesk {
 public:
  explicit RegistrationDesk(Core& core) : core_{core} {}

  /// Carries the REGISTER out. Returns the devices that have a fresh contact now: their 200 is on
  /// its way, calls may be delivered behind it.
  std::vector<registrar::DeviceId> handle(const Message& request, const sip::Flow& flow,
                                          std::string_view aor);
  void on_committed(Seq seq);
  /// The rows are lost: the memory goes back to what it was, the phones get 503 and try again.
  void on_store_failed(Seq from, Seq to);

  void restore(const record::Snapshot& snapshot);
  /// Contacts expire and leave their device asleep; a device that slept for too long is forgotten.
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const;

 private:
  struct Uncommitted {
    Seq seq{0};
    registrar::Outcome outcome;
    sip::transaction::ServerId server;
    Message request;
    sip::Flow flow;
  };

  Core::Headers ok_headers(const registrar::RegisterRequest& wanted, const sip::Flow& flow,
                           const registrar::UserEntry& user) const;
  std::string purr_for(const registrar::RegisterRequest& wanted,
                       const registrar::UserEntry& user) const;
  void watch_flow(const sip::Flow& flow);
  void close_silent_flows();
  sip::Duration longest_silence() const;
  void hand_on(registrar::Outcome& lost, Seq to);
  void watch_sleeper(const registrar::DeviceEntry& device);
  void forget(registrar::DeviceId device);
  void refuse(sip::transaction::ServerId server, const Message& request, const sip::Flow& flow,
              const registrar::Refusal& refusal);

  Core& core_;
  std::deque<Uncommitted> uncommitted_;
  /// Connections whose phones promised to be heard. A deadline is not moved when something comes,
  /// but looked into when it is due.
  sip::DeadlineQueue<sip::Flow> silences_;
};

}  // namespace proxy
