#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "harness.hpp"
#include "sipstack/transaction/invite_client.hpp"
#include "sipstack/transaction/invite_server.hpp"
#include "sipstack/transaction/non_invite_client.hpp"
#include "sipstack/transaction/non_invite_server.hpp"

namespace sip::transaction {
namespace {

constexpr std::array machines{Machine::invite_client, Machine::invite_server,
                              Machine::non_invite_client, Machine::non_invite_server};

std::span<const Row> table_of(Machine machine) {
  switch (machine) {
    case Machine::invite_client:
      return invite_client_table;
    case Machine::invite_server:
      return invite_server_table;
    case Machine::non_invite_client:
      return non_invite_client_table;
    case Machine::non_invite_server:
      return non_invite_server_table;
  }
  return {};
}

/// A caller and a callee, each a Layer with a capricious user, on a wire that loses, doubles,
/// delays and reorders datagrams and sometimes closes a connection. One seed is one run.
class Simulation {
 public:
  explicit Simulation(unsigned seed)
      : random_{seed}, caller_ids_{seed}, callee_ids_{seed + 1'000'000} {}

  void run() {
    for (int i = 0; i < 12; ++i) at(pick(20'000), [this] { place_request(); });
    while (step()) {
    }
  }

  const Layer& caller() const { return caller_; }
  const Layer& callee() const { return callee_; }
  std::size_t started() const { return started_; }
  std::size_t ended() const { return ended_; }
  std::size_t opened() const { return opened_; }
  std::size_t closed() const { return closed_; }
  bool told_twice() const { return told_twice_; }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  int pick(unsigned range) { return static_cast<int>(random_() % range); }
  void at(int delay, std::function<void()> what) {
    events_.emplace(now_ + Duration{delay}, std::move(what));
  }

  /// Runs the next thing that happens anywhere; false when nothing ever will.
  bool step() {
    std::optional<TimePoint> next;
    const auto consider = [&next](std::optional<TimePoint> time) {
      if (time && (!next || *time < *next)) next = time;
    };
    consider(caller_.next_deadline());
    consider(callee_.next_deadline());
    if (!events_.empty()) consider(events_.begin()->first);
    if (!next) return false;
    now_ = std::max(now_, *next);
    caller_.on_deadline(now_, from_caller_);
    callee_.on_deadline(now_, from_callee_);
    if (!events_.empty() && events_.begin()->first <= now_) {
      const auto what = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      what();
    }
    drain();
    return true;
  }

  void drain() {
    for (auto& transmit : from_caller_.transmits) {
      if (transmit.client && chance(2))
        at(pick(50),
           [this, id = transmit.client] { caller_.on_send_failed(id, now_, from_caller_); });
      else
        carry(transmit, [this](const Message& m, const Flow& f) { callee_hears(m, f); });
    }
    for (auto& transmit : from_callee_.transmits)
      carry(transmit, [this](const Message& m, const Flow&) { caller_hears(m); });
    for (const Notice& notice : from_caller_.notices)
      if (const auto* ended = std::get_if<ClientEnded>(&notice))
        told_twice_ |= !gone_clients_.insert(ended->id.value).second, ++ended_;
    for (const Notice& notice : from_callee_.notices)
      if (const auto* ended = std::get_if<ServerEnded>(&notice))
        told_twice_ |= !gone_servers_.insert(ended->id.value).second, ++closed_;
    from_caller_ = {};
    from_callee_ = {};
  }

  template <class Hears>
  void carry(const Transmit& transmit, Hears hears) {
    const bool stream = transmit.flow.reliable();
    if (stream && closed_flows_.contains(transmit.flow.connection)) return;
    const unsigned loss = stream ? 0 : 25;
    const int copies = chance(loss) ? 0 : !stream && chance(10) ? 2 : 1;
    for (int i = 0; i < copies; ++i)
      at(stream ? 5 : pick(chance(10) ? 3'000 : 80),
         [hears, bytes = transmit.bytes, flow = transmit.flow] {
           hears(*Message::parse(*bytes), flow);
         });
  }

  void place_request() {
    const auto branch = caller_.new_branch();
    RequestText text;
    text.method = chance(60) ? "INVITE" : "OPTIONS";
    text.via = "SIP/2.0/UDP caller.example;branch=" + branch.text;
    text.call_id = "call-" + std::to_string(branch.id.value);
    const bool stream = chance(35);
    const Flow flow = stream ? tcp(branch.id.value) : udp();
    if (caller_.start(branch, parsed(text), flow, 0, now_, from_caller_)) ++started_;
    requests_[branch.id.value] = text;
    if (stream && chance(30))
      at(pick(3'000), [this, flow] {
        closed_flows_.insert(flow.connection);
        caller_.on_flow_closed(flow, now_, from_caller_);
      });
  }

  void caller_hears(const Message& response) {
    const auto id = caller_.on_response(response, now_, from_caller_);
    if (!id) return;
    const int status = response.status();
    // Sooner or later a user gives up an INVITE that was heard (its Timer C); nobody else would.
    if (status < 200)
      at(chance(50) ? pick(4'000) : 180'000,
         [this, id] { caller_.cancel(*id, "", now_, from_caller_); });
    // Some callers acknowledge a 2xx under the branch of the INVITE.
    if (status >= 200 && status < 300 && requests_[id->value].method == "INVITE") {
      auto ack = requests_[id->value];
      ack.method = "ACK";
      at(pick(50), [this, ack] { callee_hears(parsed(ack), udp()); });
    }
  }

  void callee_hears(const Message& request, const Flow& flow) {
    const auto match = callee_.match(request, flow, now_, from_callee_);
    using Kind = RequestMatch::Kind;
    if (match.kind != Kind::fresh && match.kind != Kind::cancel) return;
    const auto id = callee_.open(request, flow, now_);
    ASSERT_TRUE(id);
    ++opened_;
    const auto text = std::make_shared<const std::string>(request.wire());
    if (match.kind == Kind::cancel) {
      respond(*id, text, 200);
      if (chance(80)) at(pick(500), [this, id = match.id] { respond(id, texts_[id.value], 487); });
    } else {
      texts_[id->value] = text;
      answer(*id, text);
    }
  }

  /// What a user does with a request: some provisionals, one final, now and then a second 2xx.
  void answer(ServerId id, const Bytes& request) {
    int when = pick(chance(30) ? 6'000 : 300);
    for (int i = pick(3); i > 0; --i, when += pick(3'000))
      at(when, [this, id, request] { respond(id, request, 180); });
    constexpr std::array finals{200, 200, 202, 302, 404, 486, 500, 603};
    const int status = finals[static_cast<std::size_t>(pick(finals.size()))];
    if (!chance(90)) when += 40'000;
    at(when, [this, id, request, status] { respond(id, request, status); });
    if (chance(20)) at(when + pick(2'000), [this, id, request] { respond(id, request, 200); });
  }

  void respond(ServerId id, const Bytes& request, int status) {
    callee_.respond(id, status, make_bytes(response_text(parsed(*request), status)), 0, now_,
                    from_callee_);
  }

  std::mt19937 random_;
  SeededIds caller_ids_;
  SeededIds callee_ids_;
  Limits limits_;
  Layer caller_{TimerSettings{}, limits_, caller_ids_};
  Layer callee_{TimerSettings{}, limits_, callee_ids_};
  Output from_caller_;
  Output from_callee_;
  TimePoint now_{};
  std::multimap<TimePoint, std::function<void()>> events_;
  std::map<std::uint64_t, RequestText> requests_;
  std::map<std::uint64_t, Bytes> texts_;
  std::set<std::uint64_t> closed_flows_;
  std::set<std::uint64_t> gone_clients_;
  std::set<std::uint64_t> gone_servers_;
  std::size_t started_{0};
  std::size_t ended_{0};
  std::size_t opened_{0};
  std::size_t closed_{0};
  bool told_twice_{false};
};

std::string describe(const Layer& layer) {
  const auto counts = layer.counts();
  return std::to_string(counts.server) + " server, " + std::to_string(counts.client) + " client, " +
         std::to_string(counts.bytes) + " bytes";
}

TEST(LossyWire, EveryTransactionEndsOnceAndEveryRowOfEveryTableWasTaken) {
  std::map<Machine, std::vector<std::uint64_t>> uses;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulation simulation{seed};
    simulation.run();
    ASSERT_EQ(describe(simulation.caller()), "0 server, 0 client, 0 bytes");
    ASSERT_EQ(describe(simulation.callee()), "0 server, 0 client, 0 bytes");
    ASSERT_EQ(simulation.started(), 12U);
    ASSERT_EQ(simulation.ended(), simulation.started());
    ASSERT_EQ(simulation.closed(), simulation.opened());
    ASSERT_FALSE(simulation.told_twice());
    for (const Machine machine : machines) {
      auto& sum = uses[machine];
      sum.resize(table_of(machine).size());
      for (const Layer* layer : {&simulation.caller(), &simulation.callee()})
        for (std::size_t row = 0; row < sum.size(); ++row)
          sum[row] += layer->row_uses(machine)[row];
    }
  }
  for (const auto& [machine, sum] : uses)
    for (std::size_t row = 0; row < sum.size(); ++row)
      EXPECT_GT(sum[row], 0U) << "machine " << static_cast<int>(machine) << " row " << row;
}

TEST(LossyWire, TheSameSeedIsTheSameRun) {
  Simulation first{7};
  Simulation second{7};
  first.run();
  second.run();
  for (const Machine machine : machines) {
    const auto a = first.callee().row_uses(machine);
    const auto b = second.callee().row_uses(machine);
    EXPECT_TRUE(std::ranges::equal(a, b));
  }
}

}  // namespace
}  // namespace sip::transaction
