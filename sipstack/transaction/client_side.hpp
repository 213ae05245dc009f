#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sipstack/transaction/held_bytes.hpp"
#include "sipstack/transaction/invite_client.hpp"
#include "sipstack/transaction/keys.hpp"
#include "sipstack/transaction/layer.hpp"
#include "sipstack/transaction/non_invite_client.hpp"
#include "sipstack/transaction/timing.hpp"

namespace sip::transaction {

/// The client transactions of a Layer (RFC 3261 section 17.1); its public functions are described
/// there. A CANCEL is a transaction nobody is told about.
class ClientSide {
 public:
  ClientSide(const TimerSettings& timers, std::size_t limit, IdSource& ids)
      : ids_{ids}, timers_{timers}, timing_{timers}, limit_{limit} {}

  Layer::Branch new_branch(std::string_view mark);
  bool start(const Layer::Branch& branch, Method method, Bytes request, const Flow& flow,
             std::uint64_t after, TimePoint now, Output& out);
  std::optional<ClientId> on_response(const Message& response, TimePoint now, Output& out);
  void cancel(ClientId invite, std::string_view reason_value, TimePoint now, Output& out);
  bool proceeding(ClientId id) const;
  bool alive(ClientId id) const { return transactions_.contains(id); }
  void hush(ClientId id);
  void drop(ClientId id);
  void on_send_failed(ClientId id, TimePoint now, Output& out);
  void on_flow_closed(const Flow& flow, TimePoint now, Output& out);
  void on_deadline(TimePoint now, Output& out);
  std::optional<TimePoint> next_deadline() const { return timing_.next(); }
  std::size_t size() const { return transactions_.size(); }
  std::size_t bytes() const { return held_.total(); }
  std::span<const std::uint64_t> row_uses(Machine machine) const;

 private:
  struct Transaction {
    std::uint64_t secret{0};
    std::uint64_t after{0};
    Flow flow;
    Bytes bytes;  ///< the request while it may be needed; in completed, the ACK
    Running running;
    State state{State::trying};
    Machine machine{Machine::non_invite_client};
    Method method{Method::other};
    bool cancelled{false};
  };
  using Table = std::unordered_map<ClientId, Transaction>;

  void begin(ClientId id, Transaction transaction, TimePoint now, Output& out);
  Table::iterator find(const Message& response);
  /// Runs one input; `response` when it is one. True when it is news for the user.
  bool apply(Table::iterator at, Input input, const Message* response, TimePoint now, Output& out);
  void report(const Row& row, ClientId id, Output& out) const;
  void send(Table::iterator at, Output& out) const;
  void build_ack(Transaction& transaction, const Message& response);
  void release_what_is_not_needed(Transaction& transaction);
  void end(Table::iterator at);

  IdSource& ids_;
  TimerSettings timers_;
  Timing<ClientId> timing_;
  Table transactions_;
  std::set<std::pair<std::size_t, ClientId>> by_peer_;  // stream flows only; hash of the peer
  HeldBytes held_;
  std::size_t limit_;
  std::uint64_t last_id_{0};
  std::array<std::uint64_t, std::size(invite_client_table)> invite_uses_{};
  std::array<std::uint64_t, std::size(non_invite_client_table)> non_invite_uses_{};
};

}  // namespace sip::transaction
