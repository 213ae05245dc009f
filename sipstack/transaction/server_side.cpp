#include "sipstack/transaction/server_side.hpp"

namespace sip::transaction {
namespace {

std::optional<Input> input_of(int status) {
  if (status < 100 || status > 699) return std::nullopt;
  if (status < 200) return Input::respond_1xx;
  return status < 300 ? Input::respond_2xx : Input::respond_error;
}

std::string_view to_tag_of(const Message& message) { return tag_of(message.value(HeaderName::to)); }

}  // namespace

RequestMatch ServerSide::match(const Message& request, const Flow& flow, TimePoint now,
                               Output& out) {
  if (request.method() == Method::ack) return match_ack(request, now, out);
  if (request.method() == Method::cancel) return match_cancel(request, flow, now, out);
  const auto key = keys_.transaction(request, request.method_text(), to_tag_of(request));
  if (const auto at = find(key.print); at != transactions_.end()) return repeat(at, flow, now, out);
  if (const auto merge = keys_.merge(request))
    if (const auto first = merged_.find(*merge); first != merged_.end())
      return {RequestMatch::Kind::merged, first->second};
  return {};
}

RequestMatch ServerSide::match_ack(const Message& ack, TimePoint now, Output& out) {
  const auto to_tag = to_tag_of(ack);
  const auto key = keys_.transaction(ack, "INVITE", {});
  auto at = find(key.print);
  // An RFC 2543 re-INVITE already had a To tag; a first INVITE gets it from our response.
  if (at == transactions_.end() && !key.by_branch)
    at = find(keys_.transaction(ack, "INVITE", to_tag).print);
  if (at == transactions_.end()) return {RequestMatch::Kind::stray_ack};
  const Transaction& transaction = at->second;
  if (!transaction.by_branch && transaction.state == State::completed) {
    const auto response = Message::parse(*transaction.response);
    if (response && to_tag_of(*response) != to_tag) return {RequestMatch::Kind::stray_ack};
  }
  const RequestMatch absorbed{RequestMatch::Kind::absorbed, at->first};
  const Row* row = row_for(transaction, Input::ack);
  if (!row) return absorbed;
  const Flow flow = transaction.flow;
  take(*row, at, flow, nullptr, now, out);
  if (has(row->effects, Effect::pass_up)) return {RequestMatch::Kind::stray_ack};
  return absorbed;
}

RequestMatch ServerSide::match_cancel(const Message& cancel, const Flow& flow, TimePoint now,
                                      Output& out) {
  const auto to_tag = to_tag_of(cancel);
  if (const auto at = find(keys_.transaction(cancel, "CANCEL", to_tag).print);
      at != transactions_.end())
    return repeat(at, flow, now, out);
  const auto invite = find(keys_.transaction(cancel, "INVITE", to_tag).print);
  if (invite == transactions_.end()) return {RequestMatch::Kind::cancel_unknown};
  return {RequestMatch::Kind::cancel, invite->first};
}

RequestMatch ServerSide::repeat(Table::iterator at, const Flow& flow, TimePoint now, Output& out) {
  const RequestMatch result{RequestMatch::Kind::absorbed, at->first};
  if (const Row* row = row_for(at->second, Input::request)) take(*row, at, flow, nullptr, now, out);
  return result;
}

std::optional<ServerId> ServerSide::open(const Message& request, const Flow& flow) {
  if (transactions_.size() >= limit_) return std::nullopt;
  const bool invite = request.method() == Method::invite;
  const auto key = keys_.transaction(request, request.method_text(), to_tag_of(request));
  const ServerId id{last_id_ + 1};
  if (!by_key_.try_emplace(key.print, id).second) return std::nullopt;
  last_id_ = id.value;
  Transaction& transaction = transactions_[id];
  transaction.key = key.print;
  transaction.by_branch = key.by_branch;
  transaction.flow = flow;
  transaction.state = invite ? State::proceeding : State::trying;
  transaction.machine = invite ? Machine::invite_server : Machine::non_invite_server;
  if (const auto merge = keys_.merge(request); merge && merged_.try_emplace(*merge, id).second)
    transaction.merge_key = *merge;
  return id;
}

bool ServerSide::respond(ServerId id, int status, Bytes response, std::uint64_t after,
                         TimePoint now, Output& out) {
  const auto at = transactions_.find(id);
  const auto input = input_of(status);
  if (at == transactions_.end() || !input || !response) return false;
  const Row* row = row_for(at->second, *input);
  if (!row) return false;
  at->second.after = after;
  const Flow flow = at->second.flow;
  take(*row, at, flow, exact(std::move(response)), now, out);
  return true;
}

void ServerSide::amend(ServerId id, Bytes response) {
  const auto at = transactions_.find(id);
  if (at == transactions_.end() || !at->second.response || !response) return;
  held_.put(at->second.response, exact(std::move(response)));
  at->second.after = 0;  // the commit that the first answer waited for may never come
}

void ServerSide::reroute(ServerId id, const Flow& flow) {
  if (const auto at = transactions_.find(id); at != transactions_.end()) at->second.flow = flow;
}

void ServerSide::abandon(ServerId id, Output& out) {
  if (const auto at = transactions_.find(id); at != transactions_.end()) end(at, out);
}

void ServerSide::on_deadline(TimePoint now, Output& out) {
  while (const auto id = timing_.pop_fired(now)) {
    const auto at = transactions_.find(*id);
    const Timer timer = std::exchange(at->second.running.timer, Timer::none);
    apply(at, fired(timer), now, out);
  }
  while (const auto id = timing_.pop_retransmission(now))
    apply(transactions_.find(*id), Input::timer_g, now, out);
}

std::span<const std::uint64_t> ServerSide::row_uses(Machine machine) const {
  if (machine == Machine::invite_server) return invite_uses_;
  return non_invite_uses_;
}

ServerSide::Table::iterator ServerSide::find(const Fingerprint& key) {
  const auto at = by_key_.find(key);
  return at == by_key_.end() ? transactions_.end() : transactions_.find(at->second);
}

const Row* ServerSide::row_for(const Transaction& transaction, Input input) {
  if (transaction.machine == Machine::invite_server)
    return transaction::find(invite_server_table, transaction.state, input);
  return transaction::find(non_invite_server_table, transaction.state, input);
}

void ServerSide::apply(Table::iterator at, Input input, TimePoint now, Output& out) {
  const Flow flow = at->second.flow;
  if (const Row* row = row_for(at->second, input)) take(*row, at, flow, nullptr, now, out);
}

void ServerSide::take(const Row& row, Table::iterator at, const Flow& flow, const Bytes& response,
                      TimePoint now, Output& out) {
  const ServerId id = at->first;
  Transaction& transaction = at->second;
  if (transaction.machine == Machine::invite_server)
    ++invite_uses_[static_cast<std::size_t>(&row - invite_server_table)];
  else
    ++non_invite_uses_[static_cast<std::size_t>(&row - non_invite_server_table)];
  transaction.state = row.to;
  const Bytes& bytes = response ? response : transaction.response;
  if (has(row.effects, Effect::send_response) && bytes)
    out.transmits.push_back({flow, bytes, transaction.after, {}});
  if (row.to != State::proceeding && row.to != State::completed)
    held_.release(transaction.response);
  else if (response)
    held_.put(transaction.response, response);
  if (has(row.effects, Effect::report_failure)) out.notices.emplace_back(ServerFailed{id});

  const bool reliable = transaction.flow.reliable();
  timing_.run(row.effects, id, transaction.running, reliable, now);
  if (row.to == State::terminated) return end(at, out);
  if (row.start == Timer::none) return;
  if (!timing_.start(id, transaction.running, row.start, reliable, now))
    apply(at, fired(row.start), now, out);
}

void ServerSide::end(Table::iterator at, Output& out) {
  const ServerId id = at->first;
  Transaction& transaction = at->second;
  timing_.stop(id, transaction.running);
  held_.release(transaction.response);
  by_key_.erase(transaction.key);
  if (transaction.merge_key != 0) merged_.erase(transaction.merge_key);
  transactions_.erase(at);
  out.notices.emplace_back(ServerEnded{id});
}

}  // namespace sip::transaction
