#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/demo/agent.hpp"
#include "proxy/core/engine/action.hpp"
#include "proxy/core/engine/engine.hpp"
#include "proxy/core/settings/settings.hpp"

namespace bench {

/// An engine in virtual time with agents around it and a store that commits at once. Only the time
/// spent inside the engine is measured.
class EngineRig {
 public:
  EngineRig();
  EngineRig(EngineRig&&) = delete;

  /// Adds a user and an agent for it, reached at 127.0.0.1:`port`.
  std::size_t add_agent(const std::string& user, std::uint16_t port);
  app::demo::Agent& agent(std::size_t index) { return sides_[index]->agent; }
  app::demo::Agent::Output& output(std::size_t index) { return sides_[index]->out; }
  sip::TimePoint now() const { return now_; }

  /// Carries messages to and fro until nobody has any more to say.
  void exchange();
  /// Lets time pass, with all timers of agents and engine.
  void pass(sip::Duration time);
  /// Gives the engine one datagram; what it answers is thrown away. Returns its number of sends.
  std::size_t feed(const std::string& bytes, std::uint16_t from_port);
  /// How often an agent saw this; forgets it.
  std::size_t take_sightings(std::size_t index, app::demo::Sight what);

  /// Time inside the engine since the last call.
  std::chrono::duration<double> take_engine_time();

 private:
  struct Side {
    Side(app::demo::AgentSettings settings, sip::IdSource& ids) : agent{std::move(settings), ids} {}
    app::demo::Agent agent;
    app::demo::Agent::Output out;
    sip::Flow flow;  ///< as the engine sees it
  };
  class Ids final : public sip::IdSource {
   public:
    std::uint64_t next() override;

   private:
    std::uint64_t state_{1};
  };

  void measured(const std::function<void()>& work);
  void on(proxy::Event event);
  /// Commits what was written, then hands the sends to the agents.
  void drain();
  sip::Instant instant() const;

  Ids ids_;
  std::shared_ptr<const proxy::Settings> settings_;
  proxy::Engine engine_;
  sip::Outbox<proxy::Action> outbox_;
  std::vector<proxy::Action> actions_;
  std::vector<std::unique_ptr<Side>> sides_;
  std::unordered_map<std::uint16_t, std::size_t> by_port_;
  sip::TimePoint now_{std::chrono::hours{1}};
  std::uint64_t requests_{0};
  std::size_t sends_{0};
  std::chrono::steady_clock::duration inside_{0};
};

}  // namespace bench
