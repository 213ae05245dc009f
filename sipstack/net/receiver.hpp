#pragma once
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sipstack/transport/flow.hpp"

namespace sip::net {

/// The caller's own number for one send, given back when that send fails; 0: none.
using Cookie = std::uint64_t;

/// Who is told what happens on the network. Always called from the io_context's thread, and never
/// from inside Network::send, close or flush.
class Receiver {
 public:
  virtual ~Receiver() = default;
  /// One datagram, or one whole message of a stream.
  virtual void on_message(const Flow& flow, std::string bytes) = 0;
  /// `proven`: the domains that its certificate speaks for, when a client showed one that was
  /// verified (RFC 5922 section 7.1).
  virtual void on_opened(const Flow& flow, std::vector<std::string> proven) = 0;
  /// Once for each opened flow.
  virtual void on_closed(const Flow& flow) = 0;
  /// A CRLF ping or pong, or a STUN binding request; what wants an answer has got it (RFC 5626
  /// section 4.4).
  virtual void on_keep_alive(const Flow& flow) = 0;
  /// `flow` is the one that was given to send().
  virtual void on_send_failed(const Flow& flow, Cookie cookie) = 0;
  /// Something was turned away or given up, for the log: "bad Content-Length", "too slow".
  virtual void on_trouble(const Flow& flow, std::string_view what) = 0;
  /// What was told since the last call belongs together: answer it, then flush.
  virtual void on_batch_end() = 0;
};

/// What went through and what was turned away, since the start.
struct Counters {
  std::uint64_t datagrams_in{0};
  std::uint64_t datagrams_out{0};
  std::uint64_t dropped{0};  ///< UDP send buffer full
  std::uint64_t stun_refused{0};
  std::uint64_t send_errors{0};  ///< refused by the system or with no connection to go to
  std::uint64_t unreachable{0};  ///< ICMP errors
  std::uint64_t accepted{0};
  std::uint64_t over_limit{0};  ///< connections turned away
  std::uint64_t framing_errors{0};
  std::uint64_t slow_readers{0};  ///< closed for more unsent bytes than allowed
  std::uint64_t timeouts{0};      ///< connections that were too slow with a handshake or message
  std::uint64_t handshake_errors{0};
};

/// News that must not be told at once, because it comes up inside send(), close() or flush().
class Notices {
 public:
  Notices(boost::asio::io_context& io, Receiver& receiver) : io_{io}, receiver_{receiver} {}

  void opened(const Flow& flow, std::vector<std::string> proven) {
    put(Opened{flow, std::move(proven)});
  }
  void closed(const Flow& flow) { put(Closed{flow}); }
  void send_failed(const Flow& flow, Cookie cookie) { put(Failed{flow, cookie}); }
  void trouble(const Flow& flow, std::string_view what) { put(Trouble{flow, std::string{what}}); }
  /// Tells all that waits and ends the batch. Called at the end of each network handler.
  void deliver();

 private:
  struct Opened {
    Flow flow;
    std::vector<std::string> proven;
  };
  struct Closed {
    Flow flow;
  };
  struct Failed {
    Flow flow;
    Cookie cookie;
  };
  struct Trouble {
    Flow flow;
    std::string what;
  };
  using Notice = std::variant<Opened, Closed, Failed, Trouble>;

  void put(Notice notice);
  void tell(const Opened& notice) { receiver_.on_opened(notice.flow, notice.proven); }
  void tell(const Closed& notice) { receiver_.on_closed(notice.flow); }
  void tell(const Failed& notice) { receiver_.on_send_failed(notice.flow, notice.cookie); }

  void tell(const Trouble& notice) { receiver_.on_trouble(notice.flow, notice.what); }

  boost::asio::io_context& io_;
  Receiver& receiver_;
  std::vector<Notice> waiting_;
  bool posted_{false};
};

}  // namespace sip::net
