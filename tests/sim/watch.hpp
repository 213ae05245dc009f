#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tests/sim/book.hpp"
#include "tests/sim/reach.hpp"
#include "tests/sim/switchboard.hpp"
#include "tests/sim/tally.hpp"
#include "tests/support/observer.hpp"

namespace test::sim {

/// Watches a run from outside and holds what passes against section 3 of the design: the five
/// promises and what stands around them. It knows the wire, the pushes and what was committed, and
/// nothing of the engine's mind.
class Watch : public Observer {
 public:
  Watch(World& world, proxy::Settings settings, Tally& tally, Reach& reach);

  /// Parties are known by the number of their phone; callers that are no device have no user.
  void add_device(PartyId number, Device device);
  /// Who forwards to whom; nobody to anybody until it is told.
  void know(Switchboard board) { board_ = std::move(board); }
  /// Nothing was lost on the network and no phone failed: then the promises hold to the letter.
  void expect_exactly(bool on) { exact_ = on; }
  /// A device that no server could make good.
  void excuse(PartyId device) { excused_.at(device) = true; }
  void clock_jumped() { jumped_ = true; }
  /// After the end of the run.
  void finish();

  const std::vector<std::string>& violations() const { return violations_; }
  /// Of everything that passed, with its time.
  std::uint64_t hash() const { return hash_; }
  const Book& book() const { return book_; }

  void to_server(const Line& line, const std::string& bytes) override;
  void keep_alive(const Line& line) override;
  void from_server(const Line* line, const proxy::Send& send, sip::Duration asked) override;
  void pushed(const proxy::Push& push) override;
  void push_dropped(proxy::PushId id) override { (void)id; }
  void push_done(const proxy::PushDone& done) override;
  void wrote(const proxy::Write& write) override;
  void committed(proxy::Seq to) override;
  void store_failed(proxy::Seq from, proxy::Seq to) override;
  void flow_closed(const Line& line) override;
  void send_failed(const proxy::SendFailed& failed) override;
  void crashed() override;
  void started() override;
  void step_over() override;

 private:
  /// One message as it is judged.
  struct Sight {
    const sip::Message& message;
    PartyId party;
    sip::Flow flow;
    sip::Duration at;
    sip::Duration asked;
    std::string branch;
    std::string_view method;  ///< of CSeq
    std::uint32_t number;
    std::uint64_t client{0};
    bool parked{false};  ///< it had to wait for a commit: decided at `asked`, or a little before
  };
  struct Offered {  ///< an INVITE that has reached the server
    PartyId party;
    sip::Message invite;
    sip::Duration arrived;
    std::optional<std::size_t> call;  ///< once let in
  };
  struct Registering {
    PartyId party;
    sip::Flow flow;
    sip::Duration arrived;
    bool removes{false};
    bool done{false};
  };
  /// Something the server owes, and by when.
  struct Debt {
    enum class Kind : std::uint8_t { real, late };
    Kind kind;
    std::size_t ring;
    sip::Flow flow;
    sip::Duration came;
    sip::Duration due;
    int late_calls;        ///< at the time the debt was made
    std::size_t attempts;  ///< the same
  };

  void fail(std::string_view rule, const std::string& text);
  std::string name(PartyId party) const;
  std::optional<Sight> see(const sip::Message& message, PartyId party, const sip::Flow& flow,
                           sip::Duration asked) const;
  PartyId gateway_at(const sip::Flow& flow) const;
  void mix(char direction, PartyId party, std::string_view bytes);
  void set(Fact& fact);
  bool is_firm(proxy::Seq seq) const;
  bool is_alive(const Attempt& attempt) const;
  bool is_registered(const Device& device) const;

  // watch_requests.cpp: what comes to the server.
  void request_came(const Sight& sight);
  void cancel_came(const Sight& sight);
  void response_came(const Sight& sight);
  void provisional_came(Ring& ring, Attempt& attempt, int status);
  void final_came(Ring& ring, Attempt& attempt, int status);
  bool is_push_timer(const Ring& ring, int status) const;
  void end_call(std::size_t call, Over over);
  void expire_calls();

  // watch_sends.cpp: what leaves the server.
  void response_left(const Sight& sight);
  void final_left(Incoming& call, const Sight& sight);
  void let_in(Offered& offered, const std::string& branch);
  void request_left(const Sight& sight);
  void invite_left(const Sight& sight);
  void cancel_left(const Sight& sight);
  void ack_or_bye_left(const Sight& sight);
  void prack_answered(const Sight& sight);
  void text_left(const Sight& sight);
  void registered(const Sight& sight);
  std::optional<std::size_t> call_for(std::string_view call_id, PartyId device) const;

  // rules_switch.cpp: calls that go on to somebody else, groups and the trunk.
  void comes_to(std::size_t call, PartyId device);
  void check_diversions(const Ring& ring, const Sight& sight);
  void check_gateway(const Ring& ring, const sip::Message& message);
  void owe_going_on(std::size_t call);
  void check_going_on();
  bool can_be_asked(std::size_t user) const;

  // rules_ring.cpp: promises 1 and 2, and who may be sent anything.
  void check_contact(const Sight& sight);
  void check_once(const Ring& ring, const Sight& sight);
  void device_came(PartyId device, const sip::Flow& flow, sip::Duration came);
  void pay(Ring& ring);
  void check_debts();
  bool is_paid(const Debt& debt) const;
  bool is_moot(const Debt& debt) const;

  // rules_late.cpp: promises 3 and 4, and the shape of a late call.
  void check_late(const Ring& ring, const Sight& sight);
  void check_late_shape(const Incoming& call, const Sight& sight);
  void check_late_reason(const Incoming& call, const Sight& sight);
  bool owes_late(const Ring& ring, sip::Duration came) const;
  enum class Window : std::uint8_t { inside, unclear, outside };
  Window window(const Ring& ring, sip::Duration at, sip::WallTime wall) const;
  bool late_under_way(PartyId device) const;
  void check_completed();

  // rules_missed.cpp: who is told of a missed call.
  void check_missed(const Ring& ring, bool parked, sip::Duration asked);

  // rules_end.cpp
  void check_finals();
  void check_acks();
  void check_idle();

  World& world_;
  proxy::Settings settings_;
  Switchboard board_;
  Tally& tally_;
  Reach& reach_;
  Book book_;
  std::unordered_map<std::string, Offered> offered_;
  std::unordered_map<std::string, Registering> registering_;
  std::unordered_map<std::uint64_t, std::size_t> ring_of_push_;
  std::vector<Debt> debts_;
  struct GoingOn {
    std::size_t call;
    std::size_t to;  ///< the user who is asked by then
    sip::Duration due;
  };
  std::vector<GoingOn> going_on_;
  std::vector<Fact*> fresh_facts_;
  std::vector<std::size_t> fresh_ends_;
  std::vector<std::size_t> fresh_finals_;
  std::vector<std::pair<proxy::Seq, proxy::Seq>> failed_;
  std::vector<bool> excused_;
  std::unordered_map<sip::Flow, sip::Duration> closed_;  ///< and when
  std::unordered_set<std::string> device_tags_;          ///< of dialogs that are not ours
  proxy::Seq written_{0};
  proxy::Seq committed_{0};
  bool exact_{false};
  bool jumped_{false};
  std::optional<sip::Duration> store_failed_;  ///< when last
  bool crashed_{false};
  std::uint64_t hash_{14695981039346656037ULL};
  std::vector<std::string> violations_;
};

}  // namespace test::sim
