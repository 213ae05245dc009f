#pragma once
#include <deque>
#include <map>
#include <variant>

#include "proxy/core/engine/call_desk.hpp"
#include "proxy/core/engine/core.hpp"
#include "proxy/core/engine/ring_desk.hpp"
#include "proxy/core/engine/trunk_desk.hpp"
#include "proxy/core/engine/wake_desk.hpp"

namespace proxy {

/// Changes asked for over HTTP or the control socket, and questions about the live state.
class AdminDesk {
 public:
  AdminDesk(Core& core, CallBook& book, CallDesk& calls, WakeDesk& wakes, RingDesk& rings,
            const TrunkDesk& trunks)
      : core_{core}, book_{book}, calls_{calls}, wakes_{wakes}, rings_{rings}, trunks_{trunks} {}

  void handle(const AdminRequest& request);
  void handle(const QueryRequest& request) const;
  void on_committed(Seq seq);
  /// What could not be stored is undone and answered with 503.
  void on_store_failed(Seq from, Seq to);
  void restore(const record::Snapshot& snapshot);
  view::Counters counters() const;

 private:
  struct Undo {
    Seq seq{0};
    RequestId id;
    std::vector<record::User> put_back;  ///< users as they were
    std::vector<std::int64_t> take_out;  ///< users that were not there
    std::vector<registrar::DeviceEntry> devices;
    std::optional<registrar::DeviceEntry> device;
    std::int64_t new_ban{0};
    std::optional<record::Ban> ban;         ///< as it was
    std::optional<record::ApiToken> token;  ///< as it was
    std::int64_t new_token{0};
    std::vector<record::Trunk> trunks;  ///< as they were
    std::vector<record::Route> routes;
    std::optional<record::Group> group;  ///< as it was
    std::int64_t new_group{0};
    std::int64_t new_trunk{0};
    std::int64_t new_route{0};
  };
  view::Answer change(const AddUser& add, Undo& undo);
  view::Answer change(const ChangeUser& wanted, Undo& undo);
  view::Answer change(const RemoveUser& remove, Undo& undo);
  view::Answer change(const RemoveRegistration& remove, Undo& undo);
  // admin_tokens.cpp
  view::Answer change(const AddToken& add, Undo& undo);
  view::Answer change(const ChangeToken& wanted, Undo& undo);
  view::Answer change(const RemoveToken& remove, Undo& undo);
  view::Answer change(const NoteTokenUse& use, Undo& undo);
  void undo_token(const Undo& undo);
  // admin_trunks.cpp
  view::Answer change(const AddTrunk& add, Undo& undo);
  view::Answer change(const ChangeTrunk& wanted, Undo& undo);
  view::Answer change(const RemoveTrunk& remove, Undo& undo);
  view::Answer change(const AddRoute& add, Undo& undo);
  view::Answer change(const ChangeRoute& wanted, Undo& undo);
  view::Answer change(const RemoveRoute& remove, Undo& undo);
  view::Answer answer(const view::RouteTest& query) const;
  view::Answer answer(const view::TrunkQuery& query) const;
  std::optional<view::Refused> fill(record::Route& row, const record::RouteFields& fields) const;
  void undo_trunks(const Undo& undo);
  // admin_groups.cpp
  view::Answer change(const AddGroup& add, Undo& undo);
  view::Answer change(const ChangeGroup& wanted, Undo& undo);
  view::Answer change(const RemoveGroup& remove, Undo& undo);
  const record::Group* find_group(const std::string& aor) const;
  std::optional<view::Refused> fill(record::Group& row, const record::GroupFields& fields) const;
  std::optional<view::Refused> fill_members(record::Group& row) const;
  void undo_group(const Undo& undo);
  // admin_deeds.cpp
  view::Answer change(const RemoveDevice& remove, Undo& undo);
  view::Answer change(const EndCall& end, Undo& undo);
  view::Answer change(const TestPush& test, Undo& undo);
  view::Answer change(const RingTest& test, Undo& undo);
  view::Answer change(const NoteDeed& note, Undo& undo);
  /// Writes who did it into the audit, in the same batch as what was done.
  void audit(const AdminRequest& request);
  view::Answer change(const ImportUsers& import, Undo& undo);
  view::Answer change(const SetAdministrator& set, Undo& undo);
  view::Answer change(const AddBan& add, Undo& undo);
  view::Answer change(const LiftBan& lift, Undo& undo);
  void undo_ban(const Undo& undo);
  std::int64_t put(const AddUser& add, record::User row, Undo& undo);

  view::Answer answer(const view::LiveCalls& query) const;
  view::Answer answer(const view::OneCall& query) const;
  view::Answer answer(const view::StatusQuery& query) const;
  view::Answer answer(const view::RingTestQuery& query) const {
    return rings_.last_of(query.device);
  }
  view::CallView view_of(const CallEntry& call) const;

  Core& core_;
  CallBook& book_;
  CallDesk& calls_;
  WakeDesk& wakes_;
  RingDesk& rings_;
  const TrunkDesk& trunks_;
  std::deque<Undo> uncommitted_;
  std::map<std::int64_t, record::ApiToken> tokens_;
  std::int64_t last_token_{0};
  std::int64_t last_audit_{0};
};

}  // namespace proxy
