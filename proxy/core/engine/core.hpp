#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "proxy/core/admission/gate.hpp"
#include "proxy/core/admission/guard.hpp"
#include "proxy/core/admission/push_budgets.hpp"
#include "proxy/core/engine/action.hpp"
#include "proxy/core/engine/aliases.hpp"
#include "proxy/core/engine/group_book.hpp"
#include "proxy/core/engine/kept_rows.hpp"
#include "proxy/core/engine/next_hops.hpp"
#include "proxy/core/engine/proven_flows.hpp"
#include "proxy/core/engine/trunk_book.hpp"
#include "proxy/core/late_call/attempt.hpp"
#include "proxy/core/registrar/directory.hpp"
#include "proxy/core/routing/route_set.hpp"
#include "proxy/core/settings/settings.hpp"
#include "proxy/core/wake/leg.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/base/outbox.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/message/rewrite.hpp"
#include "sipstack/transaction/layer.hpp"

namespace proxy {

using sip::Message;

/// A call that nobody can come for any more, and its legs that are owed a notice.
struct MissedCall {
  record::Call call;
  std::vector<record::Leg> legs;
};

/// What every desk of the engine works with: the state they share, and the pen to write actions
/// with. One step is one call of the engine; begin() opens it.
class Core {
 public:
  Core(std::shared_ptr<const Settings> initial, sip::IdSource& source);

  std::shared_ptr<const Settings> settings;
  sip::IdSource& ids;
  sip::transaction::Layer transactions;
  sip::transaction::Output layer_out;
  registrar::Directory directory;
  NextHops hops;
  TrunkBook trunks;
  GroupBook groups;
  std::optional<admission::Gate> gate;    ///< once restored
  std::optional<admission::Guard> guard;  ///< once restored
  admission::PushBudgets budgets;
  std::string secret;  ///< signs cookies and contacts; kept in the store
  view::Counters counters;
  wake::LegUses leg_uses{};               ///< rows taken
  late_call::AttemptUses attempt_uses{};  ///< inputs met
  sip::Instant now;
  bool stopping{false};
  Seq committed{0};  ///< everything up to here is in the store, or lost
  /// Devices that un-registered or were removed, for good; the calls that wait for them are told.
  std::vector<std::int64_t> went;
  /// Devices that took over another one's token, of the same user: from, to.
  std::vector<std::pair<std::int64_t, std::int64_t>> moved;

  /// The message that the step at hand came with, while it is worked on.
  const Message* at_hand{nullptr};
  class AtHand {
   public:
    AtHand(Core& core, const Message& message) : core_{core} { core_.at_hand = &message; }
    AtHand(const AtHand&) = delete;
    AtHand& operator=(const AtHand&) = delete;
    ~AtHand() { core_.at_hand = nullptr; }

   private:
    Core& core_;
  };

  /// Calls that were missed and are over, for the desk that tells of them.
  std::vector<MissedCall> missed;

  void begin(sip::Instant at, sip::Outbox<Action>& out);

  // --- writing and sending -----------------------------------------------------------------
  void write(record::Change change);
  /// As write(), and again when the batch is lost: what the promises about a held call rest on.
  void keep(record::Change change);
  KeptRows kept;
  /// When that was on the monotonic clock; of what a restart left, only the wall clock knows. What
  /// lies ahead, because the wall clock was set back, counts as now.
  sip::TimePoint mono_of(sip::WallTime at) const {
    return now.mono - std::max(now.wall - at, sip::Duration{0});
  }
  /// The batch this step's writes belong to, 0 when there are none yet.
  Seq written() const { return wrote_ ? seq_ : 0; }
  /// The batch after which a device may hear from us at this contact: its 200 comes first.
  Seq behind(const registrar::Contact& contact) const {
    return std::max(written(), contact.batch > committed ? contact.batch : Seq{0});
  }
  void send(const sip::Flow& flow, std::string bytes, Seq after = 0);
  /// Moves what the transaction layer wants sent into actions; after every call of the layer.
  void flush();
  /// What the layer has put last, before flush(); empty when there is nothing.
  std::string_view last_sent() const {
    const auto& sent = layer_out.transmits;
    return sent.empty() ? std::string_view{} : std::string_view{*sent.back().bytes};
  }
  /// The same for repetitions: one whose first copy still waits for its commit is left out.
  void flush_repeats();
  template <class A>
  void put(A&& action) {
    out_->put(std::forward<A>(action));
  }
  using Fields = std::vector<std::pair<std::string_view, std::string>>;
  void report(Level level, std::string_view event, Fields fields);

  // --- answering ---------------------------------------------------------------------------
  using Headers = std::vector<std::pair<sip::HeaderName, std::string>>;
  /// The bytes of a response of our own.
  std::string build_reply(const Message& request, const sip::Flow& flow, int status,
                          std::string_view reason = {}, const Headers& headers = {}) const;
  /// A response without a transaction; the same request gets the same To tag again. Over UDP never
  /// more than three times the request's size: shorter then, or none.
  void reply_stateless(const Message& request, const sip::Flow& flow, int status,
                       std::string_view reason = {}, const Headers& headers = {});
  /// A response of our own through a server transaction.
  void respond(sip::transaction::ServerId id, const Message& request, const sip::Flow& flow,
               int status, std::string_view reason = {}, const Headers& headers = {},
               Seq after = 0);

  /// The trunks or the settings are others: where they are is looked up, and who is trusted
  /// follows.
  void configure_hops();
  /// Where the trunks are now and who is connected as one, into the settings that say who is
  /// trusted.
  void know_trunks();
  /// A connection that may be a trunk's by its certificate, and its end.
  void opened(const FlowOpened& event);
  void closed(const sip::Flow& flow);
  void take_settings(std::shared_ptr<const Settings> given);
  /// Whose calls come over this flow, by its certificate before its address; 0: no trunk's.
  std::int64_t trunk_of(const sip::Flow& flow) const;
  std::int64_t from_trunk{0};  ///< who sent the request at hand; 0: no trunk

  /// Where the name of the PBX leads now, into the settings that say who is trusted.
  void know_pbx();

  // --- texts -------------------------------------------------------------------------------
  /// "host:port" under which the listener of this flow is reached.
  std::string local_host_port(const sip::Flow& flow) const;
  std::string via(const sip::Flow& flow, std::string_view branch) const;
  /// "<sip:sw-...@host:port;transport=tcp>": a Contact only we accept, for this Call-ID.
  std::string own_contact(const sip::Flow& flow, std::string_view call_id) const;
  /// A To tag of ours that is the same after a restart.
  std::string own_tag(std::string_view call_id, std::string_view from) const;
  /// Name of a device as people say it: "iPhone of Anna".
  std::string device_name(std::int64_t device) const;

  // --- forwarding --------------------------------------------------------------------------
  /// The edits every forwarded request gets (RFC 3261 section 16.6): source into the top Via, own
  /// Via on top, Max-Forwards one less, its share of Max-Breadth, no push parameters anywhere.
  void forward_edits(sip::Rewrite& edit, const Message& request, const sip::Flow& from,
                     std::string_view via_value, unsigned breadth) const;
  /// A response on its way back: our Via off, no push parameters.
  std::string backward(const Message& response) const;
  /// False when ours is its only Via: it was meant for us (RFC 3261 section 16.7 step 3).
  static bool has_way_back(const Message& response);
  /// Request-URI and Route, as the next hop wants them (RFC 3261 section 16.6 step 6).
  static void put_routes(sip::Rewrite& edit, routing::RouteSet routes);
  /// One Record-Route, or two when the sides are reached in different ways (RFC 5658).
  void put_record_route(sip::Rewrite& edit, const sip::Flow& from, const sip::Flow& to,
                        std::string_view cookie) const;
  /// What goes into the branches of this request, so that it is known when it comes back.
  std::string loop_mark(const Message& request) const;
  bool has_looped(const Message& request) const;
  /// How many branches a request may have at a time, at most 60 (RFC 5393 section 5.3.3).
  static unsigned breadth_of(const Message& request);
  /// The device of this user that is reached over the flow; 0 when there is none.
  std::int64_t device_at(std::string_view aor, const sip::Flow& flow);

  /// Connections that are open now (streams only).
  std::unordered_set<sip::Flow> connections;
  Aliases aliases;
  bool is_open(const sip::Flow& flow) const {
    return !flow.reliable() || flow.connection == 0 || connections.contains(flow);
  }
  /// Some connection to this peer is open. Slow: looks at all.
  bool is_connected(const sip::Flow& flow) const {
    return std::ranges::any_of(connections, [&](const sip::Flow& open) {
      return open.transport == flow.transport && open.peer == flow.peer;
    });
  }
  /// A hop got a request over TCP for its size, and has not taken the connection for so long.
  static constexpr sip::Duration connect_patience{1'000};

 private:
  sip::Outbox<Action>* out_{nullptr};
  std::vector<Settings::TrustedPeer> trusted_;  ///< as configured, without the trunks
  void expect_certificates();
  std::vector<TrunkPeer> trunk_peers_;
  ProvenFlows proven_;
  ProvenFlows::Owners trunk_flows_;
  Expect expected_;
  Seq seq_{0};
  bool wrote_{false};
};

/// URI without brackets of the first value of an address header; empty when malformed.
std::string uri_of(std::string_view name_addr);
}  // namespace proxy
