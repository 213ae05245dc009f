#pragma once
#include <deque>
#include <variant>

#include "proxy/core/engine/call_book.hpp"
#include "proxy/core/engine/core.hpp"

namespace proxy {

/// Changes asked for over HTTP or the control socket, and questions about the live state.
class AdminDesk {
 public:
  AdminDesk(Core& core, CallBook& book) : core_{core}, book_{book} {}

  void handle(const AdminRequest& request);
  void handle(const QueryRequest& request) const;
  void on_committed(Seq seq);
  /// What could not be stored is undone and answered with 503.
  void on_store_failed(Seq from, Seq to);
  void start_token_ids(std::int64_t last) { last_token_ = last; }
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
    std::optional<record::Ban> ban;  ///< as it was
  };
  view::Answer change(const AddUser& add, Undo& undo);
  view::Answer change(const ChangeUser& wanted, Undo& undo);
  view::Answer change(const RemoveUser& remove, Undo& undo);
  view::Answer change(const RemoveRegistration& remove, Undo& undo);
  view::Answer change(const AddToken& add, Undo& undo);
  view::Answer change(const ImportUsers& import, Undo& undo);
  view::Answer change(const SetAdministrator& set, Undo& undo);
  view::Answer change(const AddBan& add, Undo& undo);
  view::Answer change(const LiftBan& lift, Undo& undo);
  void undo_ban(const Undo& undo);
  std::int64_t put(const AddUser& add, record::User row, Undo& undo);

  view::Answer answer(const view::LiveCalls& query) const;
  view::Answer answer(const view::OneCall& query) const;
  view::Answer answer(const view::StatusQuery& query) const;
  view::CallView view_of(const CallEntry& call) const;

  Core& core_;
  CallBook& book_;
  std::deque<Undo> uncommitted_;
  std::int64_t last_token_{0};
};

}  // namespace proxy
