#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proxy/core/engine/engine.hpp"
#include "sipstack/transport/framing.hpp"
#include "tests/support/chance.hpp"
#include "tests/support/fake_push.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/observer.hpp"
#include "tests/support/schedule.hpp"
#include "tests/support/seeded_ids.hpp"
#include "tests/support/trace.hpp"

namespace test {

using LineId = std::size_t;

/// Somebody on the network.
class Party {
 public:
  virtual ~Party() = default;
  virtual const std::string& name() const = 0;
  /// `reached` is false when the bytes came to a line that is mute or closed.
  virtual void receive(LineId line, const std::string& bytes, bool reached) = 0;
  virtual void closed(LineId line) = 0;
  /// The server has connected to this party.
  virtual void connected(LineId line) = 0;
};

/// One way between a party and the server: a UDP socket, or a connection.
struct Line {
  enum class State : std::uint8_t { open, mute, closed };
  Party* owner{nullptr};
  int number{0};  ///< among the owner's, from 1
  sip::Flow flow;
  State state{State::open};
  sip::TimePoint busy_until{};                ///< a stream to the server keeps its order
  sip::TimePoint heard_until{};               ///< and so does the way back
  bool last_words{false};                     ///< closed, but what it has sent still comes
  std::shared_ptr<sip::StreamFramer> framer;  ///< while the stream comes in pieces
  /// A stream that nobody reads keeps what it is sent until somebody does, or it breaks.
  std::vector<std::string> unread{};
};

/// The engine with everything around it made of values: virtual clock, store, push service and
/// network. It performs actions as the shell does, and no faster or slower than it is told.
class World {
 public:
  World(proxy::Settings settings, Faults faults);
  /// `chance` decides over what passes, for as long as the world lives.
  World(proxy::Settings settings, Chance& chance, std::uint64_t seed);
  World(World&&) = delete;

  // Time.
  sip::Duration elapsed() const { return now_.mono - start_.mono; }
  sip::Instant now() const { return now_; }
  void after(sip::Duration delay, Schedule::Task task);
  /// Everything that is due by then happens, in order of time; then it is that time.
  void run_until(sip::Duration elapsed);
  /// Everything that is due now happens.
  void settle() { run_until(elapsed()); }
  /// Somebody sets the clock on the wall; what has passed has passed.
  void jump(sip::Duration by) { now_.wall += by; }

  // Network.
  static sip::Endpoint server_endpoint();
  /// `proven`: the domains its certificate speaks for.
  LineId open(Party& owner, sip::Transport transport, sip::Endpoint peer,
              std::vector<std::string> proven = {});
  void send(LineId line, std::string bytes);
  void keep_alive(LineId line);
  /// Ends a connection from the party's side (a UDP line is just never read again).
  void close(LineId line);
  void mute(LineId line, bool on);
  const Line& line(LineId id) const { return lines_.at(id); }
  /// The line with this number among its owner's.
  std::optional<LineId> find(const Party& owner, int number) const;
  /// A party that can be connected to at this endpoint.
  /// Who does not answer lets the server wait for the connection for ever.
  void listen(Party& owner, sip::Transport transport, sip::Endpoint at, bool answers = true);
  sip::Duration network_delay{0};

  // Store, push, server.
  sip::Duration commit_delay{0};
  std::size_t commits_to_fail{0};
  MemoryStore& store() { return store_; }
  FakePush& push() { return push_; }
  void admin(proxy::Change change);
  /// The last ring test of a device.
  std::optional<proxy::view::RingTest> ring_test(std::int64_t device);
  FakeResolver& resolver() { return resolver_; }
  const std::deque<proxy::Reply>& replies() const { return replies_; }
  proxy::Engine& engine() { return *engine_; }
  /// kill -9, then a start from what was committed.
  void restart();
  bool restarted() const { return life_ > 1; }

  /// Told of everything from now on; nobody when null.
  void observe(Observer* observer) { observer_ = observer; }
  Trace& trace() { return trace_; }
  const Faults& faults() const { return faults_; }
  SeededIds& ids() { return ids_; }
  void note(std::string text) {
    if (trace_.recording()) add(TraceEntry::Kind::note, nullptr, std::move(text));
  }

 private:
  struct Parked {
    std::variant<proxy::Send, proxy::Reply> action;
    sip::Duration asked{};
  };
  struct Listener {
    Party* owner;
    sip::Transport transport;
    sip::Endpoint at;
    bool answers;
  };

  LineId add_line(Party& owner, sip::Transport transport, sip::Endpoint peer);
  void add(TraceEntry::Kind kind, const Line* line, std::string bytes);
  World(proxy::Settings settings, Faults faults, Chance* chance, std::uint64_t seed);
  void start_engine();
  void tell(proxy::Event event);
  /// A task that is forgotten when the server is restarted before.
  void after_for_server(sip::Duration delay, Schedule::Task task);
  void drain();
  void perform(proxy::Send& send) { send_or_park(send, elapsed()); }
  void perform(proxy::CloseFlow& close);
  void perform(proxy::Write& write);
  void perform(proxy::Push& push);
  void perform(proxy::DropPush& drop);
  void perform(proxy::Resolve& resolve);
  void perform(const proxy::Expect&) {}
  void perform(proxy::Reply& reply) { reply_or_park(reply, elapsed()); }
  void perform(proxy::Report& report);
  void perform(proxy::Stepped&) {}
  void send_or_park(proxy::Send& send, sip::Duration asked);
  void reply_or_park(proxy::Reply& reply, sip::Duration asked);
  void deliver(const proxy::Send& send, sip::Duration asked);
  std::optional<LineId> line_for(const sip::Flow& flow);
  void start_commit();
  void end_commit(const CommitFate& fate);
  void release();
  void arrive(LineId line, const std::string& bytes);
  void arrive_in_pieces(LineId line, const std::string& bytes, const Passage& passage);
  void take_piece(LineId line, std::string_view piece);
  void break_line(LineId line, bool told);

  sip::Instant start_;
  sip::Instant now_;
  Schedule schedule_;
  SeededIds ids_;
  Faults faults_;
  FaultChance fault_chance_{faults_};
  Chance* chance_;
  Observer* observer_{nullptr};
  Trace trace_;
  MemoryStore store_;
  FakePush push_;
  FakeResolver resolver_;
  std::shared_ptr<const proxy::Settings> settings_;
  std::unique_ptr<proxy::Engine> engine_;
  std::uint64_t life_{0};  ///< how often the server has started
  proxy::Outbox<proxy::Action> out_;
  proxy::Seq committed_{0};
  std::deque<Parked> parked_;
  std::deque<proxy::Reply> replies_;
  std::deque<Line> lines_;
  std::vector<Listener> listeners_;
  std::uint64_t connections_{0};
};

}  // namespace test
