#pragma once
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/core/engine/call_entry.hpp"
#include "proxy/core/engine/core.hpp"
#include "proxy/core/engine/wake_desk.hpp"
#include "proxy/core/registrar/directory.hpp"
#include "proxy/core/routing/cookie.hpp"
#include "proxy/core/routing/route_set.hpp"
#include "proxy/core/trunk/challenge.hpp"
#include "sipstack/base/deadline_queue.hpp"

namespace proxy {

/// Requests that are no new call: those inside a dialog, which find their way by our signed
/// Record-Route, and those to a user outside of any (MESSAGE, SUBSCRIBE, ...).
class DialogDesk {
 public:
  DialogDesk(Core& core, WakeDesk& wakes) : core_{core}, wakes_{wakes} {}

  /// The cookie in the topmost Route when it is ours and valid for this Call-ID and these tags.
  struct WayInside {
    routing::Cookie cookie;
    bool to_callee{true};
  };
  std::optional<WayInside> way_of(const Message& request) const;
  /// A request of a strict router, which has our Record-Route as its Request-URI, as a loose router
  /// would have sent it (RFC 3261 section 16.4); nothing when it is none.
  std::optional<Message> as_loose(const Message& request) const;

  /// Sends a request with a way on; ACK without a transaction, all others with one.
  void forward(const Message& request, const sip::Flow& from, const WayInside& way);
  /// A request outside of a dialog to every reachable device of a user, or to `only` one.
  /// `caller`: who was authenticated, empty for a trusted peer.
  void forward_to_user(const Message& request, const sip::Flow& from, std::string_view caller,
                       const registrar::UserEntry& callee, registrar::DeviceId only = 0);
  void forward_to_pbx(const Message& request, const sip::Flow& from, std::string_view caller);
  /// By the first of these ways, and by the next when that fails.
  void forward_by_ways(const Message& request, const sip::Flow& from, std::string_view caller,
                       std::vector<Way> ways);
  /// What a request under way is for; nothing when it is none of this desk's.
  std::optional<std::string_view> request_uri_of(sip::transaction::ServerId server) const;
  /// CANCEL of an INVITE that was forwarded here. True when it was one of ours.
  bool cancel(sip::transaction::ServerId server, std::string_view reason);

  bool on_response(sip::transaction::ClientId client, const Message& response);
  bool on_client_lost(sip::transaction::ClientId client, bool timed_out);
  void on_client_ended(sip::transaction::ClientId client);
  void on_server_ended(sip::transaction::ServerId server);
  /// A phone that was woken for a request is there, and gets it.
  void device_came(registrar::DeviceId device);
  /// A look-up has ended: requests that wait for it go on, or end.
  void on_hops_known();
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const { return deadlines_.next(); }

 private:
  enum class Kind : std::uint8_t { outside, inside };  ///< of a dialog
  struct Target {
    sip::Flow flow;
    std::string uri;
    std::string path;
    std::int64_t device{0};  ///< 0: the PBX
    bool hop{false};         ///< a server: it may be connected to
  };
  struct At {  ///< the server that was asked last
    Way way;
    sip::Flow hop{};
    std::optional<trunk::Credentials> credentials{};  ///< for its challenge
    unsigned answers{0};                              ///< challenges that were answered
  };
  struct Relay {  ///< one request under way, by its server transaction
    std::vector<sip::transaction::ClientId> clients;
    std::size_t open{0};
    sip::Method method{sip::Method::other};
    Kind kind{Kind::outside};
    int best_status{0};
    std::string best_response;
    std::vector<std::string> others;  ///< final responses, for their challenges
    bool answered{false};
    bool heard{false};                         ///< somebody has said something
    bool awaits_hops{false};                   ///< the name of the server is being looked up
    At at;                                     ///< if to a server
    std::vector<Way> ways;                     ///< if that fails
    std::optional<std::string> cancelled;      ///< by a CANCEL with this Reason
    std::vector<sip::Flow> hops;               ///< of this way, if the one it is at fails
    sip::TimePoint hop_silent{};               ///< when it has been silent for too long
    std::optional<sip::TimePoint> hop_until;   ///< when to look whether it is
    std::optional<sip::TimePoint> trying_at;   ///< when a non-INVITE gets its 100
    std::optional<sip::TimePoint> timer_c;     ///< RFC 3261 section 16.8
    std::optional<sip::TimePoint> forget_at;   ///< it will not be answered
    registrar::DeviceId waits_for{0};          ///< a sleeping phone that was woken for it
    std::optional<sip::TimePoint> wake_until;  ///< and how long
    sip::Flow way;                             ///< where it went meanwhile, and what was sent
    sip::Bytes sent;
    Message request;
    sip::Flow from;
    sip::TimePoint came;
    std::string caller;  ///< who was authenticated
    std::int64_t caller_device{0};
    std::int64_t from_trunk{0};
    std::string loop_mark;
  };

  std::string uri_of_dialog(const Message& request, const routing::Side& side) const;
  using Relays = std::unordered_map<sip::transaction::ServerId, Relay>;

  std::optional<sip::Flow> flow_of(const routing::Side& side) const;
  routing::RouteSet routes_beyond_us(const Message& request, std::string uri) const;
  static std::string_view own_cookie(const Message& request);
  bool is_own_route(std::string_view value, const Message& request) const;

  // dialog_relay.cpp
  Relays::iterator open_relay(const Message& request, const sip::Flow& from, Kind kind,
                              std::string_view caller);
  void relay(const Message& request, const sip::Flow& from, const std::vector<Target>& targets,
             Kind kind, std::string_view caller);
  bool send_to(sip::transaction::ServerId server, Relay& relay, const Target& target,
               unsigned breadth, Seq after = 0);
  std::string request_for(const Relay& relay, const Target& target, const sip::Flow& way,
                          std::string_view branch, unsigned breadth) const;
  void forward_ack(const Message& ack, const sip::Flow& from, const sip::Flow& hop, bool is_server,
                   std::string_view uri);
  std::string cookie_for(const Relay& relay, const Target& target) const;
  void on_provisional(sip::transaction::ServerId server, Relay& relay,
                      sip::transaction::ClientId client, const Message& response);
  void on_answer(sip::transaction::ServerId server, Relay& relay, const Message& response);
  void on_refusal(sip::transaction::ServerId server, Relay& relay, const Message& response);
  /// `timed_out`: the last branch ended by Timer B or F, and so has the sender's transaction.
  void finish(sip::transaction::ServerId server, Relay& relay, bool timed_out);
  void rearm(sip::transaction::ServerId server, const Relay& relay);

  // dialog_hops.cpp
  void relay_to_server(const Message& request, const sip::Flow& from, NextHops::Route route,
                       std::int64_t trunk);
  NextHops::Route hops_of(const Way& way);
  void await_hops(sip::transaction::ServerId server, Relay& relay);
  bool go_on(sip::transaction::ServerId server, Relay& relay);
  void not_reached(sip::transaction::ServerId server, Relay& relay);
  bool next_hop(sip::transaction::ServerId server, Relay& relay);
  bool ask(sip::transaction::ServerId server, Relay& relay);
  bool is_too_late(const Relay& relay) const;
  static void stay(Relay& relay);
  bool answer_challenge(sip::transaction::ServerId server, Relay& relay, const Message& response);
  enum class Left : std::uint8_t { said_503, lost };
  bool left_hop(sip::transaction::ServerId server, Relay& relay, Left how);
  static bool falls_back(const Relay& relay);
  void on_hop_timer(sip::transaction::ServerId server, Relay& relay);
  /// This client's hop was given up for another one: only its 2xx is news.
  static bool was_left(const Relay& relay, sip::transaction::ClientId client);

  // dialog_waking.cpp
  bool sleeps(const Message& request, const routing::Side& side) const;
  void wake_and_relay(const Message& request, const sip::Flow& from, const routing::Side& side);
  void deliver(sip::transaction::ServerId server, Relay& relay, const registrar::Contact& contact);
  void stop_waiting(sip::transaction::ServerId server, Relay& relay);
  void nobody_came(sip::transaction::ServerId server, Relay& relay);

  Core& core_;
  WakeDesk& wakes_;
  Relays relays_;
  sip::DeadlineQueue<sip::transaction::ServerId> deadlines_;
  std::unordered_multimap<registrar::DeviceId, sip::transaction::ServerId> sleepers_;
  std::vector<sip::transaction::ServerId> awaiting_hops_;
  std::unordered_map<sip::transaction::ClientId, sip::transaction::ServerId> by_client_;
};

}  // namespace proxy
