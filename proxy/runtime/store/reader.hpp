#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/runtime/store/listing.hpp"
#include "proxy/runtime/store/sorted.hpp"
#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::store {

/// A binding as the API shows it.
struct Registration {
  std::int64_t id{0};  ///< record::Binding::id
  std::string aor;
  std::string contact;
  std::int64_t device_id{0};
  std::string flow;
  std::string received_from;  ///< address and port of the flow's peer, empty for an unknown flow
  std::string user_agent;
  record::WallTime expires_at{};
};

/// Which ended calls are wanted; empty members: any.
struct CallFilter {
  std::string user;                      ///< address of record of the caller or the callee
  std::optional<record::WallTime> from;  ///< began then or later
  std::optional<record::WallTime> to;    ///< began before
  std::string end_reason;
  bool any() const { return user.empty() && !from && !to && end_reason.empty(); }
};

/// A push a device was sent for a call.
struct PushEntry {
  record::Leg leg;
  std::string callee;
  std::string provider;  ///< of the device as it is now; empty: it is gone
  std::string user_agent;
};

struct CallWithLegs {
  record::Call call;
  std::vector<record::Leg> legs;
};

struct Counts {
  std::int64_t users{0}, devices{0}, registrations{0}, ended_calls{0};
};

/// What HTTP reads: history and lists, by a connection that cannot write. Used by one thread at a
/// time. Each call is one short read transaction; lists go by key and are cut at 1,000 rows.
/// Everything throws StoreError when the database cannot be read.
class Reader {
 public:
  /// The database must be there: open the Store first.
  explicit Reader(const std::string& data_dir);
  Reader(Reader&&) = delete;

  /// In order of ids, beginning after `after`; 0 begins.
  std::vector<record::User> users(std::int64_t after, std::size_t limit);
  std::vector<record::Device> devices(std::int64_t after, std::size_t limit,
                                      std::optional<std::int64_t> user = std::nullopt);
  /// Those that have not expired.
  std::vector<Registration> registrations(record::WallTime now, std::int64_t after,
                                          std::size_t limit);
  // Filtered and sorted: a look at every row of the table, unless sorted by a key alone.
  std::vector<record::User> users(const UserListing& wanted, std::size_t limit);
  std::vector<record::Device> devices(const DeviceListing& wanted, std::size_t limit);
  std::vector<Registration> registrations(const RegistrationListing& wanted, std::size_t limit);
  /// Ended calls, newest first, with ids below `before`; 0 begins with the newest.
  std::vector<record::Call> calls(std::int64_t before, std::size_t limit);
  /// Those of ids from `least` on that pass the filter; the caller chooses how far it looks at
  /// once.
  std::vector<record::Call> calls(std::int64_t before, std::int64_t least, std::size_t limit,
                                  const CallFilter& filter);
  /// The same with the oldest first: of ids above `after` up to `most`.
  std::vector<record::Call> calls_up(std::int64_t after, std::int64_t most, std::size_t limit,
                                     const CallFilter& filter);
  /// The largest id of an ended or open call that is stored; 0: there is none.
  std::int64_t last_call();
  /// Pushes for calls and wakes that failed, newest first. The caller chooses how far it looks.
  std::vector<PushEntry> pushes(const PushListing& wanted, std::size_t limit);
  /// The largest id of a leg that is stored; 0: there is none.
  std::int64_t last_leg();

  std::optional<record::User> user(std::string_view aor);
  std::optional<record::Device> device(std::int64_t id);
  std::optional<Registration> registration(std::int64_t id);
  /// In whatever state it was last stored.
  std::optional<CallWithLegs> call(std::int64_t id);
  std::vector<record::Leg> legs(std::int64_t call);
  /// Those of its messages that are kept, in the order of its steps.
  std::vector<record::MessageHead> heads(std::int64_t call);
  std::optional<record::ApiToken> token_by_hash(std::string_view hash);
  std::vector<record::ApiToken> tokens();
  std::optional<record::ApiToken> token(std::int64_t id);
  /// Newest first, with ids below `before`; 0 begins with the newest.
  /// `who`: a part of it; `what`: how it begins.
  std::vector<record::Audit> audits(std::int64_t before, std::size_t limit,
                                    std::string_view who = {}, std::string_view what = {});
  /// The value of a row of `setting`.
  std::optional<std::string> setting(std::string_view key);
  /// Those that hold at `now`.
  std::vector<record::Ban> bans(record::WallTime now, std::int64_t after, std::size_t limit);
  std::optional<record::Ban> ban(std::int64_t id);
  std::vector<record::Trunk> trunks(std::int64_t after, std::size_t limit);
  std::vector<record::Route> routes(std::int64_t after, std::size_t limit);
  std::vector<record::Group> groups(std::int64_t after, std::size_t limit);
  std::optional<record::Group> group(std::string_view aor);
  Counts counts(record::WallTime now);

 private:
  Connection connection_;
  Statement begin_;
  Statement users_, user_, devices_, devices_of_user_, device_, registrations_, registration_,
      calls_, call_, legs_, tokens_, token_, bans_, ban_, token_by_id_, audits_, counts_, setting_,
      some_calls_, some_calls_up_, pushes_, last_call_, last_leg_, trunks_, routes_, groups_,
      group_, heads_;
  Sorted sorted_users_, sorted_devices_, sorted_registrations_;
};

}  // namespace proxy::store
