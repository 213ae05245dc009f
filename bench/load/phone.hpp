#pragma once
#include <deque>
#include <string>
#include <string_view>

#include "bench/load/agenda.hpp"
#include "bench/load/wire.hpp"
#include "sipstack/message/message.hpp"

namespace bench {

/// One INVITE as a phone saw it; retransmissions belong to the first.
struct Ring {
  enum class Kind : std::uint8_t { real, late };  ///< forwarded (Record-Route), or the server's own
  Kind kind{Kind::real};
  std::string branch;
  std::string call_id;
  std::string reason;  ///< of the CANCEL
  Time invite_at{};
  Time cancel_at{};
  bool rang{false};
  bool cancelled{false};
  bool cancelled_unheard{false};  ///< CANCEL before any response of ours (RFC 3261 section 9.1)
  bool acked{false};
  int final{0};
  /// It showed the call to its user, or was about to.
  bool taken() const { return final != 482; }
  std::string last;  ///< sent again for a repeated INVITE
  std::string ringing;
  std::string terminated;
};

/// One phone, as it behaves: asleep it hears nothing; awake it rings until it is told CANCEL, and
/// refuses a second INVITE of a call that it has (482, RFC 3261 section 8.2.2.2).
class Phone {
 public:
  explicit Phone(Agenda& agenda) : agenda_{agenda} {}
  Phone(Phone&&) = delete;

  void on_request(const sip::Message& request, Socket& socket);

  void sleep() { awake_ = nullptr; }
  /// It hears what comes to this socket from now on, and to no other.
  void wake(Socket& socket) { awake_ = &socket; }
  /// How long it takes to ring; it says 100 at once when it `tries`.
  void think(Clock::duration time, bool tries) {
    think_ = time;
    tries_ = tries;
  }

  const std::deque<Ring>& rings() const { return rings_; }
  unsigned repeated() const { return repeated_; }
  /// CANCELs that matched no INVITE, and methods nobody should send it.
  unsigned strays() const { return strays_; }
  /// It has had a call, and every INVITE is answered and acknowledged.
  bool is_done() const;

 private:
  void on_invite(const sip::Message& invite, Socket& socket);
  void on_cancel(const sip::Message& cancel, Socket& socket);
  void ring(Ring& ring, Socket& socket);
  void refuse(Ring& ring, Socket& socket, int status, std::string bytes);
  void repeat_final(Ring& ring, Socket& socket, Clock::duration after);
  Ring* find(std::string_view branch);

  Agenda& agenda_;
  Socket* awake_{nullptr};
  Clock::duration think_{};
  bool tries_{false};
  std::deque<Ring> rings_;
  unsigned repeated_{0};
  unsigned strays_{0};
};

}  // namespace bench
