#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sipstack/base/bytes.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/base/limits.hpp"
#include "sipstack/base/time.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/transaction/machine.hpp"
#include "sipstack/transaction/timers.hpp"
#include "sipstack/transport/flow.hpp"

namespace sip::transaction {

using ServerId = Id<struct ServerTransactionTag>;
using ClientId = Id<struct ClientTransactionTag>;

/// Bytes to hand to the transport. `after`: not before the store has committed this sequence
/// number (0: at once); retransmissions carry it too.
struct Transmit {
  Flow flow;
  Bytes bytes;
  std::uint64_t after{0};
  ClientId client{};  ///< set when it is a client transaction's request, for transport errors
};

/// What a transaction tells its user.
struct ClientTimedOut {
  ClientId id;
};
struct ClientFailed {  ///< transport error (RFC 3261 section 17.1.4)
  ClientId id;
};
struct ServerFailed {  ///< our response could not be sent, or the ACK never came (Timer H)
  ServerId id;
};
struct ServerEnded {  ///< terminated; the id is now unknown
  ServerId id;
};
struct ClientEnded {
  ClientId id;
};
using Notice = std::variant<ClientTimedOut, ClientFailed, ServerFailed, ServerEnded, ClientEnded>;

/// Where the layer leaves its output; the user drains both vectors after each call.
struct Output {
  std::vector<Transmit> transmits;
  std::vector<Notice> notices;
};

/// What became of a request that came in.
struct RequestMatch {
  enum class Kind : std::uint8_t {
    fresh,     ///< no transaction: the user decides
    absorbed,  ///< a retransmission (answered again if we had an answer) or the ACK of a non-2xx
    cancel,    ///< CANCEL of the INVITE transaction `id` (RFC 3261 section 9.2)
    cancel_unknown,  ///< CANCEL that matches nothing: 481
    stray_ack,       ///< ACK that matches no INVITE transaction: end-to-end ACK of a 2xx
    merged,          ///< same From tag, Call-ID, CSeq as `id` over another path (section 8.2.2.2)
  };
  Kind kind{Kind::fresh};
  ServerId id{};
};

/// The transactions of RFC 3261 section 17 (with RFC 6026): matching, retransmission, timers.
/// It keeps bytes and flows, never messages, and knows nothing of dialogs or routing.
class Layer {
 public:
  Layer(TimerSettings timers, const Limits& limits, IdSource& ids);
  ~Layer();
  Layer(Layer&&) = delete;

  // --- server side -------------------------------------------------------------------------
  /// Looks a request up (section 17.2.3; RFC 2543 matching when the branch has no magic cookie).
  RequestMatch match(const Message& request, const Flow& flow, TimePoint now, Output& out);
  /// Opens the server transaction for a request that was `fresh` or `merged` or a `cancel`.
  /// Nothing when the limit is reached (answer 503 without a transaction).
  std::optional<ServerId> open(const Message& request, const Flow& flow, TimePoint now);
  /// Sends a response through the transaction. `after` as in Transmit. False when the id is
  /// unknown or a final response was already sent (then nothing is sent, except that an accepted
  /// INVITE transaction passes further 2xx, RFC 6026 section 8.7).
  bool respond(ServerId id, int status, Bytes response, std::uint64_t after, TimePoint now,
               Output& out);
  /// Replaces the final response that further copies of the request get, for a user who could not
  /// keep what it promised; sends nothing.
  void amend(ServerId id, Bytes response);
  /// The response goes out on this flow from now on (the request's flow by default).
  void reroute(ServerId id, const Flow& flow);
  bool alive(ServerId id) const;
  /// Ends a transaction that will never be answered (RFC 4320 section 4.2); ServerEnded follows.
  void abandon(ServerId id, Output& out);

  // --- client side -------------------------------------------------------------------------
  /// A branch parameter that names a client transaction of ours; put it in the request's Via,
  /// then pass both to start(). Costs one IdSource value.
  struct Branch {
    ClientId id{};
    std::string text;  ///< "z9hG4bK" + shard byte + id + secret, and the mark if any
  };
  Branch new_branch(std::string_view mark = {});
  /// Sends a request. `ack` is the ACK for a non-2xx final, built by the layer from the request
  /// and the response, so the request's message is needed once, here.
  /// False when the limit is reached.
  bool start(const Branch& branch, const Message& request, const Flow& flow, std::uint64_t after,
             TimePoint now, Output& out);
  /// The same for a caller that has the bytes at hand and knows their method: nothing is parsed.
  bool start(const Branch& branch, Method method, Bytes request, const Flow& flow,
             std::uint64_t after, TimePoint now, Output& out);
  /// Finds the client transaction of a response, runs its machine (an ACK may leave in `out`).
  /// Returns the transaction when the response is news for the user; nothing when it is absorbed
  /// or matches nothing.
  std::optional<ClientId> on_response(const Message& response, TimePoint now, Output& out);
  /// CANCEL for an INVITE client transaction that has a provisional response: sent in a
  /// transaction of its own on the same flow. `reason_value`: value of the Reason header or empty.
  void cancel(ClientId invite, std::string_view reason_value, TimePoint now, Output& out);
  /// True from the first provisional response on, while no final one came.
  bool proceeding(ClientId id) const;
  bool alive(ClientId id) const;
  /// Stops repeating the request; the transaction stays for a response until Timer B or F.
  void hush(ClientId id);
  /// Forgets the transaction silently (a superseded branch stays until its timer; use rarely).
  void drop(ClientId id);

  // --- both --------------------------------------------------------------------------------
  void on_deadline(TimePoint now, Output& out);
  std::optional<TimePoint> next_deadline() const;
  /// A transport error reported for a request we sent.
  void on_send_failed(ClientId id, TimePoint now, Output& out);
  void on_flow_closed(const Flow& flow, TimePoint now, Output& out);

  struct Counts {
    std::size_t server{0};
    std::size_t client{0};
    std::size_t bytes{0};  ///< held for retransmission
  };
  Counts counts() const;
  /// How often each row of a machine's table was taken, in the order of the table.
  std::span<const std::uint64_t> row_uses(Machine machine) const;

 private:
  struct Sides;
  std::unique_ptr<Sides> sides_;
};

/// The mark a branch of ours was made with, by which its user knows a loop (RFC 5393 section 4.2);
/// empty when it has none or is not ours.
std::string_view mark_of(std::string_view branch);

/// The ACK for a non-2xx final response (RFC 3261 section 17.1.1.3), built from the request's wire
/// bytes and the response's To. Also used by user agents in tests.
std::string ack_for_failure(const Message& request, std::string_view response_to);
/// The CANCEL for a request (section 9.1): same Request-URI, Via, From, To, Call-ID, CSeq number,
/// Route; Reason as given (RFC 3326).
std::string cancel_for(const Message& request, std::string_view reason_value);

}  // namespace sip::transaction
