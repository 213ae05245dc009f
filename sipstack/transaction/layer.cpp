#include "sipstack/transaction/layer.hpp"

#include "sipstack/transaction/client_side.hpp"
#include "sipstack/transaction/server_side.hpp"

namespace sip::transaction {

struct Layer::Sides {
  ServerSide server;
  ClientSide client;
};

Layer::Layer(TimerSettings timers, const Limits& limits, IdSource& ids)
    : sides_{new Sides{ServerSide{timers, limits.server_transactions, ids},
                       ClientSide{timers, limits.client_transactions, ids}}} {}

Layer::~Layer() = default;

RequestMatch Layer::match(const Message& request, const Flow& flow, TimePoint now, Output& out) {
  return sides_->server.match(request, flow, now, out);
}

std::optional<ServerId> Layer::open(const Message& request, const Flow& flow, TimePoint) {
  return sides_->server.open(request, flow);
}

bool Layer::respond(ServerId id, int status, Bytes response, std::uint64_t after, TimePoint now,
                    Output& out) {
  return sides_->server.respond(id, status, std::move(response), after, now, out);
}

void Layer::amend(ServerId id, Bytes response) { sides_->server.amend(id, std::move(response)); }

void Layer::reroute(ServerId id, const Flow& flow) { sides_->server.reroute(id, flow); }

bool Layer::alive(ServerId id) const { return sides_->server.alive(id); }

void Layer::abandon(ServerId id, Output& out) { sides_->server.abandon(id, out); }

Layer::Branch Layer::new_branch(std::string_view mark) { return sides_->client.new_branch(mark); }

bool Layer::start(const Branch& branch, const Message& request, const Flow& flow,
                  std::uint64_t after, TimePoint now, Output& out) {
  return sides_->client.start(branch, request.method(), make_bytes(std::string{request.wire()}),
                              flow, after, now, out);
}

bool Layer::start(const Branch& branch, Method method, Bytes request, const Flow& flow,
                  std::uint64_t after, TimePoint now, Output& out) {
  return sides_->client.start(branch, method, std::move(request), flow, after, now, out);
}

std::optional<ClientId> Layer::on_response(const Message& response, TimePoint now, Output& out) {
  return sides_->client.on_response(response, now, out);
}

void Layer::cancel(ClientId invite, std::string_view reason_value, TimePoint now, Output& out) {
  sides_->client.cancel(invite, reason_value, now, out);
}

bool Layer::proceeding(ClientId id) const { return sides_->client.proceeding(id); }

bool Layer::alive(ClientId id) const { return sides_->client.alive(id); }

void Layer::hush(ClientId id) { sides_->client.hush(id); }

void Layer::drop(ClientId id) { sides_->client.drop(id); }

void Layer::on_deadline(TimePoint now, Output& out) {
  sides_->server.on_deadline(now, out);
  sides_->client.on_deadline(now, out);
}

std::optional<TimePoint> Layer::next_deadline() const {
  const auto server = sides_->server.next_deadline();
  const auto client = sides_->client.next_deadline();
  if (!server || !client) return server ? server : client;
  return std::min(*server, *client);
}

void Layer::on_send_failed(ClientId id, TimePoint now, Output& out) {
  sides_->client.on_send_failed(id, now, out);
}

void Layer::on_flow_closed(const Flow& flow, TimePoint now, Output& out) {
  sides_->client.on_flow_closed(flow, now, out);
}

Layer::Counts Layer::counts() const {
  return {sides_->server.size(), sides_->client.size(),
          sides_->server.bytes() + sides_->client.bytes()};
}

std::span<const std::uint64_t> Layer::row_uses(Machine machine) const {
  const bool server = machine == Machine::invite_server || machine == Machine::non_invite_server;
  return server ? sides_->server.row_uses(machine) : sides_->client.row_uses(machine);
}

}  // namespace sip::transaction
