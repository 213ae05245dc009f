#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "sipstack/transaction/held_bytes.hpp"
#include "sipstack/transaction/invite_server.hpp"
#include "sipstack/transaction/keys.hpp"
#include "sipstack/transaction/layer.hpp"
#include "sipstack/transaction/non_invite_server.hpp"
#include "sipstack/transaction/timing.hpp"

namespace sip::transaction {

/// The server transactions of a Layer (RFC 3261 section 17.2); its public functions are described
/// there.
class ServerSide {
 public:
  ServerSide(const TimerSettings& timers, std::size_t limit, IdSource& ids)
      : keys_{ids}, timing_{timers}, limit_{limit} {}

  RequestMatch match(const Message& request, const Flow& flow, TimePoint now, Output& out);
  std::optional<ServerId> open(const Message& request, const Flow& flow);
  bool respond(ServerId id, int status, Bytes response, std::uint64_t after, TimePoint now,
               Output& out);
  void amend(ServerId id, Bytes response);
  void reroute(ServerId id, const Flow& flow);
  void abandon(ServerId id, Output& out);
  bool alive(ServerId id) const { return transactions_.contains(id); }
  void on_deadline(TimePoint now, Output& out);
  std::optional<TimePoint> next_deadline() const { return timing_.next(); }
  std::size_t size() const { return transactions_.size(); }
  std::size_t bytes() const { return held_.total(); }
  std::span<const std::uint64_t> row_uses(Machine machine) const;

 private:
  struct Transaction {
    Fingerprint key;
    std::uint64_t merge_key{0};  ///< 0: is not in merged_
    std::uint64_t after{0};
    Flow flow;
    Bytes response;  ///< the last one, while it may have to be sent again
    Running running;
    State state{State::trying};
    Machine machine{Machine::non_invite_server};
    bool by_branch{true};
  };
  using Table = std::unordered_map<ServerId, Transaction>;

  RequestMatch match_ack(const Message& ack, TimePoint now, Output& out);
  RequestMatch match_cancel(const Message& cancel, const Flow& flow, TimePoint now, Output& out);
  /// Answers a retransmission, if there is an answer, where it came from.
  RequestMatch repeat(Table::iterator at, const Flow& flow, TimePoint now, Output& out);
  Table::iterator find(const Fingerprint& key);

  const Row* row_for(const Transaction& transaction, Input input);
  void take(const Row& row, Table::iterator at, const Flow& flow, const Bytes& response,
            TimePoint now, Output& out);
  void apply(Table::iterator at, Input input, TimePoint now, Output& out);
  void end(Table::iterator at, Output& out);

  RequestKeys keys_;
  Timing<ServerId> timing_;
  Table transactions_;
  std::unordered_map<Fingerprint, ServerId> by_key_;
  std::unordered_map<std::uint64_t, ServerId> merged_;  // the first with this From, Call-ID, CSeq
  HeldBytes held_;
  std::size_t limit_;
  std::uint64_t last_id_{0};
  std::array<std::uint64_t, std::size(invite_server_table)> invite_uses_{};
  std::array<std::uint64_t, std::size(non_invite_server_table)> non_invite_uses_{};
};

}  // namespace sip::transaction
