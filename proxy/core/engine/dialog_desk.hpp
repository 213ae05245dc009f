#pragma once
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/core/engine/core.hpp"
#include "proxy/core/registrar/directory.hpp"
#include "proxy/core/routing/cookie.hpp"
#include "sipstack/base/deadline_queue.hpp"

namespace proxy {

/// Requests that are no new call: those inside a dialog, which find their way by our signed
/// Record-Route, and those to a user outside of any (MESSAGE, SUBSCRIBE, ...).
class DialogDesk {
 public:
  explicit DialogDesk(Core& core) : core_{core} {}

  /// The cookie in the topmost Route when it is ours and valid for this Call-ID and these tags.
  struct Way {
    routing::Cookie cookie;
    bool to_callee{true};
  };
  std::optional<Way> way_of(const Message& request) const;

  /// Sends a request with a way on; ACK without a transaction, all others with one.
  void forward(const Message& request, const sip::Flow& from, const Way& way);
  /// A request outside of a dialog to every reachable device of a user, or to `only` one.
  void forward_to_user(const Message& request, const sip::Flow& from,
                       const registrar::UserEntry& callee, registrar::DeviceId only = 0);
  void forward_to_pbx(const Message& request, const sip::Flow& from);
  /// CANCEL of an INVITE that was forwarded here. True when it was one of ours.
  bool cancel(sip::transaction::ServerId server, std::string_view reason);

  bool on_response(sip::transaction::ClientId client, const Message& response);
  bool on_client_lost(sip::transaction::ClientId client);
  void on_client_ended(sip::transaction::ClientId client);
  void on_server_ended(sip::transaction::ServerId server);
  /// A look-up has ended: requests that wait for it go on, or end.
  void on_hops_known();
  void on_deadline();
  std::optional<sip::TimePoint> next_deadline() const { return hop_deadlines_.next(); }

 private:
  struct Target {
    sip::Flow flow;
    std::string uri;
    std::string path;
    bool hop{false};  ///< a server: it may be connected to
  };
  struct Relay {  ///< one request under way, by its server transaction
    std::vector<sip::transaction::ClientId> clients;
    std::size_t open{0};
    sip::Method method{sip::Method::other};
    int best_status{0};
    std::string best_response;
    bool answered{false};
    bool in_dialog{false};
    bool heard{false};            ///< somebody has said something
    bool awaits_hops{false};      ///< the name of the PBX is being looked up
    std::vector<sip::Flow> hops;  ///< to the PBX: where it may go if the ones before fail
    sip::Flow hop;                ///< the last one tried
    sip::TimePoint hop_silent{};  ///< when it has been silent for too long
    Message request;
    sip::Flow from;
  };

  std::string uri_of_dialog(const Message& request, const routing::Side& side) const;
  using Relays = std::unordered_map<sip::transaction::ServerId, Relay>;

  std::optional<sip::Flow> flow_of(const routing::Side& side) const;
  void remove_own_routes(sip::Rewrite& edit, const Message& request) const;
  bool is_own_route(std::string_view value, const Message& request) const;
  Relays::iterator open_relay(const Message& request, const sip::Flow& from, bool in_dialog);
  void relay(const Message& request, const sip::Flow& from, const std::vector<Target>& targets,
             bool in_dialog);
  bool send_to(sip::transaction::ServerId server, Relay& relay, const Target& target);
  std::string request_for(const Relay& relay, const Target& target, const sip::Flow& way,
                          std::string_view branch) const;
  void forward_ack(const Message& ack, const sip::Flow& from, const sip::Flow& hop, bool is_server,
                   std::string_view uri);
  // dialog_hops.cpp
  void relay_to_pbx(const Message& request, const sip::Flow& from, NextHops::Route route,
                    bool in_dialog);
  bool next_hop(sip::transaction::ServerId server, Relay& relay);
  enum class Left : std::uint8_t { said_503, lost };
  bool left_hop(sip::transaction::ServerId server, Relay& relay, Left how);
  static bool falls_back(const Relay& relay);
  /// This client's hop was given up for another one: only its 2xx is news.
  static bool was_left(const Relay& relay, sip::transaction::ClientId client);
  void finish(sip::transaction::ServerId server, Relay& relay);

  Core& core_;
  Relays relays_;
  sip::DeadlineQueue<sip::transaction::ServerId> hop_deadlines_;
  std::vector<sip::transaction::ServerId> awaiting_hops_;
  std::unordered_map<sip::transaction::ClientId, sip::transaction::ServerId> by_client_;
};

}  // namespace proxy
