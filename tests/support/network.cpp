#include <stdexcept>
#include <utility>

#include "tests/support/world.hpp"

namespace test {

using namespace std::chrono_literals;

LineId World::open(Party& owner, sip::Transport transport, sip::Endpoint peer) {
  int number = 1;
  for (const auto& line : lines_)
    if (line.owner == &owner) ++number;
  sip::Flow flow{transport, static_cast<std::uint8_t>(sip::is_stream(transport) ? 1 : 0), peer, 0};
  if (flow.reliable()) flow.connection = ++connections_;
  lines_.push_back({&owner, number, flow, Line::State::open});
  const LineId id = lines_.size() - 1;
  if (flow.reliable()) after_for_server(0ms, [this, flow] { tell(proxy::FlowOpened{flow}); });
  return id;
}

void World::listen(Party& owner, sip::Transport transport, sip::Endpoint at) {
  listeners_.push_back({&owner, transport, at});
}

void World::send(LineId id, std::string bytes) {
  const auto& line = lines_.at(id);
  if (line.state != Line::State::open)
    return add(TraceEntry::Kind::lost_to_server, &line, std::move(bytes));
  auto delay = network_delay;
  int times = 1;
  bool crash = false;
  switch (faults_.next(External::message)) {
    case Fault::lost:
      add(TraceEntry::Kind::lost_to_server, &line, std::move(bytes));
      // A stream loses a message only by breaking.
      if (line.flow.reliable()) close(id);
      return;
    case Fault::doubled:
      times = 2;
      break;
    case Fault::late:
      delay += line.flow.reliable() ? 0ms : 2s;
      break;
    case Fault::crash:
      crash = true;
      break;
    case Fault::failed:
    case Fault::none:
      break;
  }
  for (int i = 0; i < times; ++i)
    after_for_server(delay, [this, id, bytes, crash] {
      arrive(id, bytes);
      if (crash) restart();
    });
}

void World::arrive(LineId id, const std::string& bytes) {
  const auto& line = lines_.at(id);
  if (line.state == Line::State::closed) return;
  add(TraceEntry::Kind::to_server, &line, bytes);
  tell(proxy::MessageReceived{line.flow, bytes});
}

void World::keep_alive(LineId id) {
  const auto& line = lines_.at(id);
  if (line.state != Line::State::open) return;
  add(TraceEntry::Kind::note, &line, "keep-alive");
  after_for_server(network_delay, [this, flow = line.flow] { tell(proxy::KeepAliveSeen{flow}); });
}

void World::close(LineId id) {
  auto& line = lines_.at(id);
  if (line.state == Line::State::closed) return;
  line.state = line.flow.reliable() ? Line::State::closed : Line::State::mute;
  if (!line.flow.reliable()) return;
  add(TraceEntry::Kind::note, &line, "closes its connection");
  after_for_server(0ms, [this, flow = line.flow] { tell(proxy::FlowClosed{flow}); });
}

void World::mute(LineId id, bool on) {
  auto& line = lines_.at(id);
  if (line.state != Line::State::closed) line.state = on ? Line::State::mute : Line::State::open;
}

std::optional<LineId> World::line_for(const sip::Flow& flow) {
  for (LineId id = lines_.size(); id-- > 0;) {
    const auto& line = lines_[id];
    if (line.flow == flow) return id;
    if (flow.connection == 0 && flow.reliable() && line.flow.transport == flow.transport &&
        line.flow.peer == flow.peer && line.state != Line::State::closed)
      return id;
  }
  if (!flow.reliable() || flow.connection != 0) return std::nullopt;
  for (const auto& listener : listeners_)
    if (listener.transport == flow.transport && listener.at == flow.peer) {
      const auto id = open(*listener.owner, flow.transport, flow.peer);
      listener.owner->connected(id);
      return id;
    }
  return std::nullopt;
}

void World::deliver(const proxy::Send& send, sip::Duration asked) {
  const auto id = line_for(send.flow);
  if (send.flow.reliable() && (!id || lines_[*id].state == Line::State::closed))
    after_for_server(0ms, [this, flow = send.flow, client = send.client] {
      tell(proxy::SendFailed{flow, client});
    });
  TraceEntry entry{elapsed(),  asked, TraceEntry::Kind::lost_to_party, sip::to_string(send.flow), 0,
                   *send.bytes};
  if (!id) return trace_.add(std::move(entry));
  const auto& line = lines_[*id];
  bool reached = line.state == Line::State::open;
  if (reached && faults_.next(External::delivery) == Fault::lost) {
    reached = false;
    if (line.flow.reliable()) close(*id);
  }
  entry.kind = reached ? TraceEntry::Kind::from_server : TraceEntry::Kind::lost_to_party;
  entry.party = line.owner->name();
  entry.line = line.number;
  trace_.add(std::move(entry));
  after(network_delay, [this, id = *id, bytes = send.bytes, reached] {
    lines_[id].owner->receive(id, *bytes, reached);
  });
}

}  // namespace test
