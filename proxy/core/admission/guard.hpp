#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "proxy/core/admission/bans.hpp"
#include "proxy/core/admission/sources.hpp"
#include "proxy/core/settings/settings.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy::admission {

/// True for who is never limited or banned: `abuse.exempt`, and trusted peers.
bool is_exempt(const sip::Flow& flow, const Settings& settings);

/// True when a User-Agent begins with the name of a scanner, followed by no letter or digit.
bool is_scanner(std::string_view user_agent, const Settings& settings);

/// How long bans last by these settings.
BanTimes ban_times(const Settings& settings);

/// Budgets and bans. A source address may be forged over UDP, so what anybody can send in its name
/// only uses up what the source may do as a stranger: a flow on which somebody has authenticated
/// has a budget of its own and passes a ban, and a ban takes failures that came from where the
/// challenge had gone to.
class Guard {
 public:
  enum class Look : std::uint8_t { good, spent, banned };

  /// `seed`: secret, new at each start.
  Guard(const sip::Limits& limits, std::uint64_t seed);

  /// A message came on a flow that carries no registration. Before anything of it is read.
  Look message(const sip::Flow& flow, const Settings& settings, sip::TimePoint now);
  /// The same on a flow of a registered phone, whose own allowance this is.
  static bool device_message(sip::Allowance& own, const Settings& settings, sip::TimePoint now);
  /// A stranger begins something.
  bool request(const sip::Flow& flow, const Settings& settings, sip::TimePoint now);
  /// Somebody has authenticated on this flow, and is no stranger for an hour.
  void prove(const sip::Flow& flow, sip::TimePoint now);
  bool is_proven(const sip::Flow& flow) const;

  /// A challenge with this nonce went to the flow's source.
  void challenged(const sip::Flow& flow, std::string_view nonce, sip::TimePoint now);
  /// True when so many passwords from there were wrong that only answers to its own challenges are
  /// looked at.
  bool is_suspect(const sip::Flow& flow, const Settings& settings, sip::TimePoint now);
  /// True for an answer from a suspect to a challenge that went elsewhere.
  bool distrusts(const sip::Flow& flow, std::string_view nonce, const Settings& settings,
                 sip::TimePoint now);
  /// A wrong password. True when it is the one that brings a ban.
  bool failed(const sip::Flow& flow, std::string_view nonce, const Settings& settings,
              sip::TimePoint now);
  /// A caller at this flow wants to wake a device. What a caller, a callee and a device may cost is
  /// for PushBudgets to say.
  bool push(const sip::Flow& flow, const Settings& settings, sip::TimePoint now);
  /// The source begins anew: its ban was lifted.
  void forgive(const sip::Address& source);
  /// True once a minute for a source that is limited: the log need not say it for each message.
  bool worth_telling(const sip::Flow& flow, sip::TimePoint now);

  Bans bans;

 private:
  struct Proven {
    sip::Allowance messages;
  };
  using ProvenFlows = std::unordered_map<sip::Flow, Proven>;
  Proven* proven(const sip::Flow& flow);
  bool is_own_nonce(const sip::Flow& flow, std::string_view nonce);
  std::uint32_t hash_of(std::string_view nonce) const;

  Sources sources_;
  std::uint64_t seed_;
  /// In two generations, so that the oldest go without a list of their order.
  ProvenFlows young_;
  ProvenFlows old_;
  std::size_t proven_limit_;
  sip::TimePoint young_since_{};
};

}  // namespace proxy::admission
