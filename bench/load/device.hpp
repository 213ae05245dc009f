#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

#include "bench/load/options.hpp"
#include "bench/load/wire.hpp"
#include "sipstack/base/bytes.hpp"
#include "sipstack/message/message.hpp"

namespace bench {

/// How devices take calls.
enum class Manner : std::uint8_t {
  answer,     ///< 180 and 200 at once
  pick_up,    ///< 180, and 200 after 100 ms
  ring_only,  ///< 180, then they wait for the CANCEL
};

/// What one user's device saw.
struct DeviceLog {
  std::string call_id;  ///< of the first INVITE
  std::string reason;   ///< of the CANCEL
  unsigned invites{0};  ///< retransmissions left out
  unsigned cancels{0};
  Time invite_at{};
  Time cancel_at{};
};

/// The called side of all users: answers requests, repeats a 200 until its ACK comes.
class Devices {
 public:
  explicit Devices(const Options& options) : options_{options} {}

  void on_request(const sip::Message& request, Socket& socket, Manner manner);
  void on_timer(Time now);

  const DeviceLog& log(unsigned user) { return logs_[user]; }
  void forget(unsigned user) { logs_.erase(user); }
  std::uint64_t invites() const { return invites_; }
  std::uint64_t repeated() const { return repeated_; }

 private:
  struct Open {
    Socket* socket{nullptr};
    std::string branch;
    std::string last;        ///< 180 or 200, sent again for a repeated INVITE
    std::string ok;          ///< the 200 that comes at resend_at instead of `last`
    std::string terminated;  ///< the 487 a CANCEL brings; empty once answered
    Clock::duration interval{};
    Time resend_at{};
    Time give_up{};
  };

  void on_invite(const sip::Message& invite, Socket& socket, Manner manner);
  void on_cancel(const sip::Message& cancel, Socket& socket);
  DeviceLog* log_of(const sip::Message& request);

  const Options& options_;
  std::unordered_map<std::string, Open, sip::TextHash, std::equal_to<>> open_;  ///< by Call-ID
  std::unordered_map<unsigned, DeviceLog> logs_;
  std::uint64_t invites_{0};
  std::uint64_t repeated_{0};
  Time next_scan_{};
};

}  // namespace bench
