#include "sipstack/transaction/client_side.hpp"

#include <vector>

#include "sipstack/message/cseq.hpp"
#include "sipstack/message/via.hpp"

namespace sip::transaction {
namespace {

bool is_own_cancel(ClientId id) { return (id.value & cancel_bit) != 0; }
ClientId cancel_of(ClientId invite) { return ClientId{invite.value | cancel_bit}; }

std::optional<Input> input_of(int status) {
  if (status < 100 || status > 699) return std::nullopt;
  if (status < 200) return Input::response_1xx;
  return status < 300 ? Input::response_2xx : Input::response_error;
}

/// Reads a request of ours. The edits of a proxy may have taken it past what it accepts itself.
Parsed<Message> parse_own(const Bytes& bytes) {
  Limits generous;
  generous.message_bytes = generous.header_bytes = generous.header_line_bytes = bytes->size();
  generous.headers = 250;
  return Message::parse(*bytes, generous);
}

std::size_t peer_hash(const Flow& flow) { return std::hash<Endpoint>{}(flow.peer); }

/// True when a transaction's request went out on the flow that closed. A flow with connection 0
/// left it to the shell which connection to that peer to use.
bool went_over(const Flow& flow, const Flow& closed) {
  return flow == closed ||
         (flow.connection == 0 && flow.transport == closed.transport && flow.peer == closed.peer);
}

}  // namespace

Layer::Branch ClientSide::new_branch(std::string_view mark) {
  const ClientId id{++last_id_};
  return {id, branch_text(id, ids_.next(), mark)};
}

bool ClientSide::start(const Layer::Branch& branch, Method method, Bytes request, const Flow& flow,
                       std::uint64_t after, TimePoint now, Output& out) {
  const auto own = parse_branch(branch.text);
  if (transactions_.size() >= limit_ || !own || own->id != branch.id || !request) return false;
  if (method == Method::ack || transactions_.contains(branch.id)) return false;
  const bool invite = method == Method::invite;
  Transaction transaction;
  transaction.secret = own->secret;
  transaction.after = after;
  transaction.flow = flow;
  transaction.bytes = exact(std::move(request));
  transaction.state = invite ? State::calling : State::trying;
  transaction.machine = invite ? Machine::invite_client : Machine::non_invite_client;
  transaction.method = method;
  begin(branch.id, std::move(transaction), now, out);
  return true;
}

void ClientSide::begin(ClientId id, Transaction transaction, TimePoint now, Output& out) {
  const auto at = transactions_.emplace(id, std::move(transaction)).first;
  Transaction& placed = at->second;
  const bool reliable = placed.flow.reliable();
  held_.put(placed.bytes, std::exchange(placed.bytes, nullptr));
  if (reliable) by_peer_.emplace(peer_hash(placed.flow), id);
  send(at, out);
  if (!reliable) timing_.retransmit_after(id, placed.running, timers_.t1, now);
  const bool invite = placed.machine == Machine::invite_client;
  timing_.start(id, placed.running, invite ? Timer::b : Timer::f, reliable, now);
  release_what_is_not_needed(placed);
}

std::optional<ClientId> ClientSide::on_response(const Message& response, TimePoint now,
                                                Output& out) {
  const auto input = input_of(response.status());
  if (!input) return std::nullopt;
  const auto at = find(response);
  if (at == transactions_.end()) return std::nullopt;
  const ClientId id = at->first;
  if (!apply(at, *input, &response, now, out) || is_own_cancel(id)) return std::nullopt;
  return id;
}

ClientSide::Table::iterator ClientSide::find(const Message& response) {
  const auto none = transactions_.end();
  const auto via = ViaView::parse(top_via(response));
  if (!via) return none;
  const auto own = parse_branch(via->branch);
  const auto cseq = CSeqView::parse(response.value(HeaderName::cseq));
  if (!own || !cseq) return none;
  const Method method = parse_method(cseq->method);
  auto at = transactions_.find(own->id);
  if (method == Method::cancel && (at == none || at->second.method != Method::cancel))
    at = transactions_.find(cancel_of(own->id));
  if (at == none || at->second.secret != own->secret || at->second.method != method) return none;
  return at;
}

void ClientSide::cancel(ClientId invite, std::string_view reason_value, TimePoint now,
                        Output& out) {
  const auto at = transactions_.find(invite);
  if (at == transactions_.end()) return;
  Transaction& cancelled = at->second;
  if (cancelled.machine != Machine::invite_client || cancelled.state != State::proceeding) return;
  if (cancelled.cancelled) return;
  const auto request = parse_own(cancelled.bytes);
  if (!request) return;
  cancelled.cancelled = true;
  timing_.start(invite, cancelled.running, Timer::cancel, cancelled.flow.reliable(), now);
  Transaction transaction;
  transaction.secret = cancelled.secret;
  transaction.flow = cancelled.flow;
  transaction.bytes = make_bytes(cancel_for(*request, reason_value));
  transaction.method = Method::cancel;
  begin(cancel_of(invite), std::move(transaction), now, out);
}

bool ClientSide::proceeding(ClientId id) const {
  const auto at = transactions_.find(id);
  return at != transactions_.end() && at->second.state == State::proceeding;
}

void ClientSide::hush(ClientId id) {
  const auto at = transactions_.find(id);
  if (at != transactions_.end()) timing_.hush(id, at->second.running);
}

void ClientSide::drop(ClientId id) {
  if (const auto at = transactions_.find(id); at != transactions_.end()) end(at);
}

void ClientSide::on_send_failed(ClientId id, TimePoint now, Output& out) {
  const auto at = transactions_.find(id);
  if (at != transactions_.end()) apply(at, Input::transport_failed, nullptr, now, out);
}

void ClientSide::on_flow_closed(const Flow& flow, TimePoint now, Output& out) {
  if (!flow.reliable()) return;
  const auto hash = peer_hash(flow);
  std::vector<ClientId> ids;
  for (auto at = by_peer_.lower_bound({hash, ClientId{}}); at != by_peer_.end(); ++at) {
    if (at->first != hash) break;
    ids.push_back(at->second);
  }
  for (const ClientId id : ids) {
    const auto at = transactions_.find(id);
    if (went_over(at->second.flow, flow)) apply(at, Input::flow_closed, nullptr, now, out);
  }
}

void ClientSide::on_deadline(TimePoint now, Output& out) {
  while (const auto id = timing_.pop_fired(now)) {
    const auto at = transactions_.find(*id);
    const Timer timer = std::exchange(at->second.running.timer, Timer::none);
    apply(at, fired(timer), nullptr, now, out);
  }
  while (const auto id = timing_.pop_retransmission(now)) {
    const auto at = transactions_.find(*id);
    const bool invite = at->second.machine == Machine::invite_client;
    apply(at, invite ? Input::timer_a : Input::timer_e, nullptr, now, out);
  }
}

std::span<const std::uint64_t> ClientSide::row_uses(Machine machine) const {
  if (machine == Machine::invite_client) return invite_uses_;
  return non_invite_uses_;
}

bool ClientSide::apply(Table::iterator at, Input input, const Message* response, TimePoint now,
                       Output& out) {
  const ClientId id = at->first;
  Transaction& transaction = at->second;
  const bool invite = transaction.machine == Machine::invite_client;
  const Row* row = invite ? transaction::find(invite_client_table, transaction.state, input)
                          : transaction::find(non_invite_client_table, transaction.state, input);
  if (!row) return false;
  if (invite)
    ++invite_uses_[static_cast<std::size_t>(row - invite_client_table)];
  else
    ++non_invite_uses_[static_cast<std::size_t>(row - non_invite_client_table)];

  const bool reliable = transaction.flow.reliable();
  transaction.state = row->to;
  if (has(row->effects, Effect::send_request)) send(at, out);
  if (has(row->effects, Effect::send_ack)) {
    if (row->from != State::completed && response) build_ack(transaction, *response);
    send(at, out);
  }
  release_what_is_not_needed(transaction);
  timing_.run(row->effects, id, transaction.running, reliable, now);
  if (row->start != Timer::none &&
      !timing_.start(id, transaction.running, row->start, reliable, now)) {
    apply(at, fired(row->start), nullptr, now, out);
  } else if (row->to == State::terminated) {
    report(*row, id, out);
    end(at);
  }
  return has(row->effects, Effect::pass_up);
}

void ClientSide::report(const Row& row, ClientId id, Output& out) const {
  if (is_own_cancel(id)) return;
  if (has(row.effects, Effect::report_timeout)) out.notices.emplace_back(ClientTimedOut{id});
  if (has(row.effects, Effect::report_failure)) out.notices.emplace_back(ClientFailed{id});
  out.notices.emplace_back(ClientEnded{id});
}

void ClientSide::send(Table::iterator at, Output& out) const {
  const Transaction& transaction = at->second;
  if (transaction.bytes)
    out.transmits.push_back({transaction.flow, transaction.bytes, transaction.after, at->first});
}

void ClientSide::build_ack(Transaction& transaction, const Message& response) {
  const auto request = parse_own(transaction.bytes);
  held_.release(transaction.bytes);
  if (request)
    held_.put(transaction.bytes,
              make_bytes(ack_for_failure(*request, response.value(HeaderName::to))));
}

void ClientSide::release_what_is_not_needed(Transaction& transaction) {
  const bool invite = transaction.machine == Machine::invite_client;
  const bool waiting = transaction.state == State::calling || transaction.state == State::trying ||
                       transaction.state == State::proceeding;
  // An INVITE is needed for its ACK and CANCEL; any other request only to be sent again.
  const bool needed = invite ? waiting || transaction.state == State::completed
                             : waiting && !transaction.flow.reliable();
  if (!needed) held_.release(transaction.bytes);
}

void ClientSide::end(Table::iterator at) {
  Transaction& transaction = at->second;
  timing_.stop(at->first, transaction.running);
  held_.release(transaction.bytes);
  if (transaction.flow.reliable()) by_peer_.erase({peer_hash(transaction.flow), at->first});
  transactions_.erase(at);
}

}  // namespace sip::transaction
