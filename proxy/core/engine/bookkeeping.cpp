#include "proxy/core/engine/bookkeeping.hpp"

#include <utility>

#include "proxy/core/engine/abuse_desk.hpp"
#include "proxy/core/engine/admin_desk.hpp"
#include "proxy/core/engine/core.hpp"
#include "proxy/core/engine/trunk_desk.hpp"

namespace proxy {

class Bookkeeping::Impl {
 public:
  Impl(std::shared_ptr<const Settings> settings, const record::Snapshot& snapshot,
       sip::IdSource& ids, sip::WallTime now)
      : core{std::move(settings), ids},
        calls{core, book},
        wakes{core, book},
        rings{core, wakes},
        trunks{core},
        admin{core, book, calls, wakes, rings, trunks},
        abuse{core, book} {
    // As if it were long ago, so that expired contacts are there to be erased with their owners.
    core.directory.load(snapshot, sip::Instant{});
    core.begin({{}, now}, out);
    book.start_ids(snapshot.last_ids.call, snapshot.last_ids.leg);
    core.guard.emplace(core.settings->limits, core.ids.next());
    abuse.restore(snapshot);
    admin.restore(snapshot);
    core.trunks.restore(snapshot);
    core.groups.restore(snapshot);
    out.drain();  // bans that are long over: the next start removes them
  }

  Core core;
  CallBook book;
  CallDesk calls;
  WakeDesk wakes;
  RingDesk rings;
  TrunkDesk trunks;
  AdminDesk admin;
  AbuseDesk abuse;
  sip::Outbox<Action> out;
  Seq last{0};
};

Bookkeeping::Bookkeeping(std::shared_ptr<const Settings> settings, const record::Snapshot& snapshot,
                         sip::IdSource& ids, sip::WallTime now)
    : impl_{std::make_unique<Impl>(std::move(settings), snapshot, ids, now)} {}
Bookkeeping::~Bookkeeping() = default;

Bookkeeping::Outcome Bookkeeping::change(Change wanted, Actor actor, sip::WallTime now) {
  impl_->core.begin({{}, now}, impl_->out);
  impl_->admin.handle(AdminRequest{RequestId{1}, std::move(wanted), std::move(actor)});
  Outcome outcome;
  for (auto& action : impl_->out.drain()) {
    if (auto* reply = std::get_if<Reply>(&action)) outcome.answer = std::move(reply->answer);
    if (auto* write = std::get_if<Write>(&action)) {
      impl_->last = write->seq;
      outcome.changes.push_back(std::move(write->change));
    }
  }
  return outcome;
}

view::Answer Bookkeeping::ask(const view::Query& query, sip::WallTime now) {
  impl_->core.begin({{}, now}, impl_->out);
  impl_->admin.handle(QueryRequest{RequestId{1}, query});
  view::Answer answer;
  for (auto& action : impl_->out.drain())
    if (auto* reply = std::get_if<Reply>(&action)) answer = std::move(reply->answer);
  return answer;
}

void Bookkeeping::settle(bool stored) {
  impl_->core.begin({}, impl_->out);
  if (stored) {
    impl_->admin.on_committed(impl_->last);
  } else {
    impl_->admin.on_store_failed(impl_->last, impl_->last);
  }
  impl_->core.went.clear();
  impl_->out.drain();
}

}  // namespace proxy
