#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/support/world.hpp"

namespace test {

using namespace std::chrono_literals;

LineId World::add_line(Party& owner, sip::Transport transport, sip::Endpoint peer) {
  int number = 1;
  for (const auto& line : lines_)
    if (line.owner == &owner) ++number;
  const bool secure = transport == sip::Transport::tls && settings_->locals.size() > 2;
  const int listener = secure ? 2 : sip::is_stream(transport) ? 1 : 0;
  sip::Flow flow{transport, static_cast<std::uint8_t>(listener), peer, 0};
  if (flow.reliable()) flow.connection = ++connections_;
  auto& line = lines_.emplace_back();
  line.owner = &owner;
  line.number = number;
  line.flow = flow;
  return lines_.size() - 1;
}

LineId World::open(Party& owner, sip::Transport transport, sip::Endpoint peer,
                   std::vector<std::string> proven) {
  const auto id = add_line(owner, transport, peer);
  const auto flow = lines_[id].flow;
  if (flow.reliable())
    after_for_server(0ms, [this, flow, proven = std::move(proven)] {
      tell(proxy::FlowOpened{flow, proven});
    });
  return id;
}

std::optional<LineId> World::find(const Party& owner, int number) const {
  for (LineId id = 0; id < lines_.size(); ++id)
    if (lines_[id].owner == &owner && lines_[id].number == number) return id;
  return std::nullopt;
}

void World::listen(Party& owner, sip::Transport transport, sip::Endpoint at, bool answers) {
  listeners_.push_back({&owner, transport, at, answers});
}

void World::send(LineId id, std::string bytes) {
  const auto& line = lines_.at(id);
  if (line.state != Line::State::open)
    return add(TraceEntry::Kind::lost_to_server, &line, std::move(bytes));
  const auto passage = chance_->message(line, bytes);
  if (line.flow.reliable() && chance_->piece(bytes.size()) != 0)
    return arrive_in_pieces(id, bytes, passage);
  if (passage.copies == 0) add(TraceEntry::Kind::lost_to_server, &line, bytes);
  if (passage.breaks) break_line(id, passage.told);
  if (passage.keep < bytes.size()) bytes.resize(passage.keep);
  for (int i = 0; i < passage.copies; ++i)
    after_for_server(network_delay + passage.delay + i * passage.apart,
                     [this, id, bytes, crash = passage.crash] {
                       arrive(id, bytes);
                       if (crash) restart();
                     });
}

void World::arrive(LineId id, const std::string& bytes) {
  const auto& line = lines_.at(id);
  if (line.state == Line::State::closed && !line.last_words) return;
  add(TraceEntry::Kind::to_server, &line, bytes);
  if (observer_ != nullptr) observer_->to_server(line, bytes);
  tell(proxy::MessageReceived{line.flow, bytes});
}

/// The bytes of a stream come chopped, through the framer that the server reads with.
void World::arrive_in_pieces(LineId id, const std::string& bytes, const Passage& passage) {
  auto& line = lines_.at(id);
  if (!line.framer) line.framer = std::make_shared<sip::StreamFramer>();
  auto at = std::max(now_.mono + network_delay + passage.delay, line.busy_until);
  const std::size_t size = std::min(bytes.size(), passage.keep);
  const bool last_words = passage.breaks && !passage.told && passage.keep >= bytes.size();
  for (std::size_t from = 0; from < size;) {
    const auto count = std::clamp<std::size_t>(chance_->piece(size - from), 1, size - from);
    if (last_words && from + count == size)
      after_for_server(at - now_.mono, [this, id] {
        if (lines_[id].state == Line::State::closed) return;  // the server was told before
        lines_[id].last_words = true;
        break_line(id, false);
      });
    after_for_server(at - now_.mono,
                     [this, id, piece = bytes.substr(from, count)] { take_piece(id, piece); });
    from += count;
    if (from < size) at += passage.apart;
  }
  line.busy_until = at;
  if (passage.breaks && !last_words)
    after_for_server(at - now_.mono, [this, id, told = passage.told] { break_line(id, told); });
  if (passage.crash) after_for_server(at - now_.mono, [this] { restart(); });
}

void World::take_piece(LineId id, std::string_view piece) {
  if (lines_.at(id).state == Line::State::closed && !lines_.at(id).last_words) return;
  const auto framer = lines_.at(id).framer;
  framer->push(piece);
  while (auto item = framer->next()) {
    if (const auto* message = std::get_if<std::string>(&*item))
      arrive(id, *message);
    else
      tell(proxy::KeepAliveSeen{lines_.at(id).flow});
  }
}

/// The connection is gone. The party sees it; the server only when it is told.
void World::break_line(LineId id, bool told) {
  auto& line = lines_.at(id);
  if (line.state == Line::State::closed) return;
  if (told) {
    close(id);
  } else {
    line.state = Line::State::closed;
    add(TraceEntry::Kind::note, &line, "is cut off");
  }
  after(0ms, [this, id] { lines_[id].owner->closed(id); });
}

void World::keep_alive(LineId id) {
  const auto& line = lines_.at(id);
  if (line.state != Line::State::open) return;
  add(TraceEntry::Kind::note, &line, "keep-alive");
  const auto passage = chance_->message(line, "\r\n\r\n");
  if (passage.copies == 0) return;
  after_for_server(network_delay + passage.delay, [this, id] {
    const auto& now = lines_[id];
    if (now.state == Line::State::closed) return;
    if (observer_ != nullptr) observer_->keep_alive(now);
    tell(proxy::KeepAliveSeen{now.flow});
  });
}

void World::close(LineId id) {
  auto& line = lines_.at(id);
  if (line.state == Line::State::closed) return;
  line.state = line.flow.reliable() ? Line::State::closed : Line::State::mute;
  if (!line.flow.reliable()) return;
  add(TraceEntry::Kind::note, &line, "closes its connection");
  after_for_server(0ms, [this, id] {
    if (observer_ != nullptr) observer_->flow_closed(lines_[id]);
    tell(proxy::FlowClosed{lines_[id].flow});
  });
}

void World::mute(LineId id, bool on) {
  auto& line = lines_.at(id);
  if (line.state == Line::State::closed) return;
  line.state = on ? Line::State::mute : Line::State::open;
  if (on) return;
  for (auto& bytes : std::exchange(line.unread, {}))
    after(0ms, [this, id, bytes = std::move(bytes)] {
      if (lines_[id].state != Line::State::open) return;
      if (trace_.recording()) add(TraceEntry::Kind::from_server, &lines_[id], bytes);
      lines_[id].owner->receive(id, bytes, true);
    });
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
      if (!listener.answers) {
        const auto id = add_line(*listener.owner, flow.transport, flow.peer);
        lines_[id].state = Line::State::mute;
        return id;
      }
      const auto id = open(*listener.owner, flow.transport, flow.peer);
      listener.owner->connected(id);
      return id;
    }
  return std::nullopt;
}

void World::deliver(const proxy::Send& send, sip::Duration asked) {
  const auto id = line_for(send.flow);
  if (observer_ != nullptr) observer_->from_server(id ? &lines_[*id] : nullptr, send, asked);
  if (send.flow.reliable() && (!id || lines_[*id].state == Line::State::closed))
    after_for_server(0ms, [this, flow = send.flow, client = send.client] {
      const proxy::SendFailed failed{flow, client};
      if (observer_ != nullptr) observer_->send_failed(failed);
      tell(failed);
    });
  if (!id) {
    if (trace_.recording())
      trace_.add({elapsed(), asked, TraceEntry::Kind::lost_to_party, sip::to_string(send.flow), 0,
                  *send.bytes});
    return;
  }
  auto& line = lines_[*id];
  const bool open = line.state == Line::State::open;
  if (!open && !line.flow.reliable() && chance_->unreachable(line))
    after_for_server(0ms, [this, flow = send.flow, client = send.client] {
      const proxy::SendFailed failed{flow, client};
      if (observer_ != nullptr) observer_->send_failed(failed);
      tell(failed);
    });
  if (line.state == Line::State::mute && line.flow.reliable()) line.unread.push_back(*send.bytes);
  const auto passage = open ? chance_->delivery(line, *send.bytes) : Passage{};
  const bool reached = open && passage.copies > 0;
  if (passage.breaks) break_line(*id, passage.told);
  if (trace_.recording())
    trace_.add({elapsed(), asked,
                reached ? TraceEntry::Kind::from_server : TraceEntry::Kind::lost_to_party,
                line.owner->name(), line.number, *send.bytes});
  auto at = now_.mono + network_delay + passage.delay;
  if (line.flow.reliable()) line.heard_until = at = std::max(at, line.heard_until);
  for (int i = 0; i < std::max(passage.copies, 1); ++i)
    after(at - now_.mono + i * passage.apart,
          [this, id = *id, bytes = send.bytes, reached, keep = passage.keep] {
            const bool whole = keep >= bytes->size();
            lines_[id].owner->receive(id, whole ? *bytes : bytes->substr(0, keep), reached);
          });
}

}  // namespace test
