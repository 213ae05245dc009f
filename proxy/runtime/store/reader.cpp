#include "proxy/runtime/store/reader.hpp"

#include <algorithm>
#include <limits>

#include "proxy/runtime/store/columns.hpp"
#include "proxy/runtime/store/data_dir.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy::store {
namespace {

constexpr std::size_t most_rows = 1'000;

constexpr std::string_view all_registrations_sql =
    "SELECT binding.id, user.aor, binding.contact, device.id, binding.flow, device.user_agent,"
    " binding.expires_at FROM binding CROSS JOIN device ON device.id = binding.device_id"
    " CROSS JOIN user ON user.id = device.user_id";
constexpr std::string_view counts_sql =
    "SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM device),"
    " (SELECT count(*) FROM binding WHERE expires_at > ?),"
    " (SELECT count(*) FROM call) - (SELECT count(*) FROM call WHERE state <> 3)";

constexpr std::string_view some_calls_condition =
    " AND state = 3 AND started_at >= ?3 AND started_at < ?4"
    " AND (?5 = '' OR callee = ?5 OR callee = 'sip:' || ?5 OR caller = 'sip:' || ?5"
    " OR caller = 'sips:' || ?5) AND (?6 = '' OR end_reason = ?6) ORDER BY id ";
constexpr std::string_view pushes_from =
    ", coalesce(call.callee, user.aor, ''), coalesce(device.push_provider, ''),"
    " coalesce(device.user_agent, '') FROM leg LEFT JOIN call ON call.id = leg.call_id"
    " LEFT JOIN device ON device.id = leg.device_id LEFT JOIN user ON user.id = device.user_id"
    " WHERE leg.pushed_at IS NOT NULL AND leg.id < ?1 AND leg.id >= ?2"
    " AND (?3 = 0 OR leg.device_id = ?3)"
    " AND (?4 = 0 OR ?4 = CASE WHEN leg.push_result = 'accepted' THEN 1"
    " WHEN leg.push_result = '' THEN 4"
    " WHEN substr(leg.push_result, 1, 9) = 'withheld:' THEN 3 ELSE 2 END)"
    " ORDER BY leg.id DESC LIMIT ?5";
// What is in a column may be a BLOB, which is text here all the same.
constexpr std::string_view user_conditions =
    " AND (?3 = '' OR instr(lower(user.aor), CAST(?3 AS TEXT))"
    " OR instr(lower(user.display_name), CAST(?3 AS TEXT)))";
constexpr std::string_view device_conditions =
    " AND (?3 = 0 OR device.user_id = ?3)"
    " AND (?4 = 0 OR (?5 = '' AND device.push_provider = '')"
    " OR (?5 <> '' AND (device.push_provider = ?5"
    " OR substr(device.push_provider, 1, length(?5) + 1) = ?5 || '.')))"
    " AND (?6 = 2 OR ?6 = (device.id NOT IN"
    " (SELECT device_id FROM binding WHERE expires_at > ?7)))";
constexpr std::string_view registration_conditions =
    " AND binding.expires_at > ?3 AND (?4 = 0 OR binding.device_id = ?4)"
    " AND (?5 = '' OR binding.device_id IN (SELECT id FROM device WHERE user_id ="
    " (SELECT id FROM user WHERE aor = ?5)))";
constexpr std::string_view audit_condition =
    " WHERE id < ?1 AND (?2 = '' OR instr(who, ?2)) AND substr(what, 1, length(?3)) = ?3"
    " ORDER BY id DESC LIMIT ?4";

/// Gives the snapshot up when the answer is read, also when reading it failed.
class Reading {
 public:
  explicit Reading(Statement& statement) : statement_(statement) {}
  Reading(Reading&&) = delete;
  ~Reading() { statement_.reset(); }

 private:
  Statement& statement_;
};

/// Several reads that see the same moment; gives it up at the end, also when one of them failed.
class Moment {
 public:
  Moment(const Connection& connection, Statement& begin) : connection_(connection) { begin.run(); }
  Moment(Moment&&) = delete;
  ~Moment() { connection_.rollback(); }

 private:
  const Connection& connection_;
};

std::size_t bounded(std::size_t limit) { return std::min(limit, most_rows); }

Registration read_registration(const Statement& statement) {
  Registration r;
  statement.read(r.id, r.aor, r.contact, r.device_id, r.flow, r.user_agent, r.expires_at);
  if (const auto flow = sip::parse_flow(r.flow)) r.received_from = flow->peer.to_string();
  return r;
}

template <class Row, class... Values>
std::vector<Row> all(Statement& statement, const Values&... values) {
  const Reading reading(statement);
  statement.bind(values...);
  std::vector<Row> rows;
  while (statement.step()) rows.push_back(read_row<Row>(statement));
  return rows;
}

template <class Row, class... Values>
std::optional<Row> one(Statement& statement, const Values&... values) {
  auto rows = all<Row>(statement, values...);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

Connection open_for_reading(const std::string& data_dir) {
  Connection connection(database_path(data_dir), Access::read_only);
  connection.run("PRAGMA query_only = ON; PRAGMA cache_size = -8192");
  return connection;
}

}  // namespace

Reader::Reader(const std::string& data_dir)
    : connection_(open_for_reading(data_dir)),
      begin_(connection_, "BEGIN"),
      users_(connection_, select_from<record::User>() + " WHERE id > ? ORDER BY id LIMIT ?"),
      user_(connection_, select_from<record::User>() + " WHERE aor = ?"),
      devices_(connection_, select_from<record::Device>() + " WHERE id > ? ORDER BY id LIMIT ?"),
      devices_of_user_(connection_, select_from<record::Device>() +
                                        " WHERE id > ? AND user_id = ? ORDER BY id LIMIT ?"),
      device_(connection_, select_from<record::Device>() + " WHERE id = ?"),
      registrations_(
          connection_,
          std::string(all_registrations_sql) +
              " WHERE binding.id > ? AND binding.expires_at > ? ORDER BY binding.id LIMIT ?"),
      registration_(connection_, std::string(all_registrations_sql) + " WHERE binding.id = ?"),
      calls_(connection_,
             select_from<record::Call>() + " WHERE id < ? AND state = 3 ORDER BY id DESC LIMIT ?"),
      call_(connection_, select_from<record::Call>() + " WHERE id = ?"),
      legs_(connection_, select_from<record::Leg>() + " WHERE call_id = ? ORDER BY id"),
      tokens_(connection_, select_from<record::ApiToken>() + " ORDER BY id"),
      token_(connection_, select_from<record::ApiToken>() + " WHERE hash = ?"),
      bans_(connection_,
            select_from<record::Ban>() + " WHERE id > ? AND expires_at > ? ORDER BY id LIMIT ?"),
      ban_(connection_, select_from<record::Ban>() + " WHERE id = ?"),
      token_by_id_(connection_, select_from<record::ApiToken>() + " WHERE id = ?"),
      audits_(connection_, select_from<record::Audit>() + std::string(audit_condition)),
      counts_(connection_, counts_sql),
      setting_(connection_, select_from<record::Setting>() + " WHERE key = ?"),
      some_calls_(connection_, select_from<record::Call>() + " WHERE id < ?1 AND id >= ?2" +
                                   std::string(some_calls_condition) + "DESC LIMIT ?7"),
      some_calls_up_(connection_, select_from<record::Call>() + " WHERE id > ?1 AND id <= ?2" +
                                      std::string(some_calls_condition) + "LIMIT ?7"),
      pushes_(connection_, "SELECT " + column_list<record::Leg>() + std::string(pushes_from)),
      last_call_(connection_, "SELECT coalesce(max(id), 0) FROM call"),
      last_leg_(connection_, "SELECT coalesce(max(id), 0) FROM leg"),
      trunks_(connection_, select_from<record::Trunk>() + " WHERE id > ? ORDER BY id LIMIT ?"),
      routes_(connection_, select_from<record::Route>() + " WHERE id > ? ORDER BY id LIMIT ?"),
      groups_(connection_, select_from<record::Group>() + " WHERE id > ? ORDER BY id LIMIT ?"),
      group_(connection_, select_from<record::Group>() + " WHERE aor = ?"),
      heads_(connection_, "SELECT step, head FROM call_message WHERE call_id = ? ORDER BY step"),
      sorted_users_(connection_, select_from<record::User>(), "user.id", "user.aor",
                    user_conditions, "?4"),
      sorted_devices_(connection_, select_from<record::Device>(), "device.id",
                      "device.last_register", device_conditions, "?8"),
      sorted_registrations_(connection_, all_registrations_sql, "binding.id", "binding.expires_at",
                            registration_conditions, "?6") {}

std::vector<record::User> Reader::users(std::int64_t after, std::size_t limit) {
  return all<record::User>(users_, after, bounded(limit));
}

std::vector<record::Device> Reader::devices(std::int64_t after, std::size_t limit,
                                            std::optional<std::int64_t> user) {
  if (user) return all<record::Device>(devices_of_user_, after, *user, bounded(limit));
  return all<record::Device>(devices_, after, bounded(limit));
}

std::vector<Registration> Reader::registrations(record::WallTime now, std::int64_t after,
                                                std::size_t limit) {
  const Reading reading(registrations_);
  registrations_.bind(after, now, bounded(limit));
  std::vector<Registration> rows;
  while (registrations_.step()) rows.push_back(read_registration(registrations_));
  return rows;
}

std::vector<record::User> Reader::users(const UserListing& wanted, std::size_t limit) {
  const auto& place = wanted.place;
  return all<record::User>(sorted_users_.at(place), Sorted::id_before(place),
                           Sorted::text_before(place), wanted.containing, bounded(limit));
}

std::vector<record::Device> Reader::devices(const DeviceListing& wanted, std::size_t limit) {
  constexpr int either = 2;
  const auto& place = wanted.place;
  const int asleep = wanted.asleep ? static_cast<int>(*wanted.asleep) : either;
  const std::string provider = wanted.provider.value_or("");
  return all<record::Device>(sorted_devices_.at(place), Sorted::id_before(place),
                             Sorted::number_before(place), wanted.user, wanted.provider.has_value(),
                             provider, asleep, wanted.now, bounded(limit));
}

std::vector<Registration> Reader::registrations(const RegistrationListing& wanted,
                                                std::size_t limit) {
  const auto& place = wanted.place;
  auto& statement = sorted_registrations_.at(place);
  const Reading reading(statement);
  statement.bind(Sorted::id_before(place), Sorted::number_before(place), wanted.now, wanted.device,
                 wanted.aor, bounded(limit));
  std::vector<Registration> rows;
  while (statement.step()) rows.push_back(read_registration(statement));
  return rows;
}

std::vector<record::Call> Reader::calls(std::int64_t before, std::size_t limit) {
  const auto below = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  return all<record::Call>(calls_, below, bounded(limit));
}

std::vector<record::Call> Reader::calls(std::int64_t before, std::int64_t least, std::size_t limit,
                                        const CallFilter& filter) {
  const auto below = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  return all<record::Call>(some_calls_, below, least, filter.from.value_or(record::WallTime{}),
                           filter.to.value_or(record::WallTime::max()), filter.user,
                           filter.end_reason, bounded(limit));
}

std::vector<record::Call> Reader::calls_up(std::int64_t after, std::int64_t most, std::size_t limit,
                                           const CallFilter& filter) {
  return all<record::Call>(some_calls_up_, after, most, filter.from.value_or(record::WallTime{}),
                           filter.to.value_or(record::WallTime::max()), filter.user,
                           filter.end_reason, bounded(limit));
}

std::int64_t Reader::last_call() {
  const Reading reading(last_call_);
  std::int64_t id = 0;
  if (last_call_.step()) last_call_.read(id);
  return id;
}

std::int64_t Reader::last_leg() {
  const Reading reading(last_leg_);
  std::int64_t id = 0;
  if (last_leg_.step()) last_leg_.read(id);
  return id;
}

std::vector<PushEntry> Reader::pushes(const PushListing& wanted, std::size_t limit) {
  const auto below = wanted.before > 0 ? wanted.before : std::numeric_limits<std::int64_t>::max();
  const Reading reading(pushes_);
  pushes_.bind(below, wanted.least, wanted.device, wanted.outcome, bounded(limit));
  std::vector<PushEntry> rows;
  constexpr auto leg_columns = static_cast<int>(Columns<record::Leg>::names.size());
  while (pushes_.step()) {
    auto& row = rows.emplace_back();
    row.leg = read_row<record::Leg>(pushes_);
    pushes_.read_from(leg_columns, row.callee, row.provider, row.user_agent);
  }
  return rows;
}

std::optional<record::User> Reader::user(std::string_view aor) {
  return one<record::User>(user_, aor);
}

std::optional<record::Device> Reader::device(std::int64_t id) {
  return one<record::Device>(device_, id);
}

std::optional<Registration> Reader::registration(std::int64_t id) {
  const Reading reading(registration_);
  registration_.bind(id);
  if (!registration_.step()) return std::nullopt;
  return read_registration(registration_);
}

std::optional<CallWithLegs> Reader::call(std::int64_t id) {
  const Moment moment(connection_, begin_);
  auto call = one<record::Call>(call_, id);
  if (!call) return std::nullopt;
  return CallWithLegs{*std::move(call), all<record::Leg>(legs_, id)};
}

std::vector<record::MessageHead> Reader::heads(std::int64_t call) {
  const Reading reading(heads_);
  heads_.bind(call);
  std::vector<record::MessageHead> rows;
  while (heads_.step()) {
    record::MessageHead row{call, 0, {}};
    heads_.read(row.step, row.head);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<record::Leg> Reader::legs(std::int64_t call) { return all<record::Leg>(legs_, call); }

std::optional<record::ApiToken> Reader::token_by_hash(std::string_view hash) {
  return one<record::ApiToken>(token_, hash);
}

std::vector<record::ApiToken> Reader::tokens() { return all<record::ApiToken>(tokens_); }

std::optional<record::ApiToken> Reader::token(std::int64_t id) {
  return one<record::ApiToken>(token_by_id_, id);
}

std::vector<record::Audit> Reader::audits(std::int64_t before, std::size_t limit,
                                          std::string_view who, std::string_view what) {
  const auto below = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  return all<record::Audit>(audits_, below, who, what, bounded(limit));
}

std::optional<std::string> Reader::setting(std::string_view key) {
  auto row = one<record::Setting>(setting_, key);
  if (!row) return std::nullopt;
  return std::move(row->value);
}

std::vector<record::Ban> Reader::bans(record::WallTime now, std::int64_t after, std::size_t limit) {
  return all<record::Ban>(bans_, after, now, bounded(limit));
}

std::optional<record::Ban> Reader::ban(std::int64_t id) { return one<record::Ban>(ban_, id); }

std::vector<record::Trunk> Reader::trunks(std::int64_t after, std::size_t limit) {
  return all<record::Trunk>(trunks_, after, bounded(limit));
}

std::vector<record::Route> Reader::routes(std::int64_t after, std::size_t limit) {
  return all<record::Route>(routes_, after, bounded(limit));
}

std::vector<record::Group> Reader::groups(std::int64_t after, std::size_t limit) {
  return all<record::Group>(groups_, after, bounded(limit));
}

std::optional<record::Group> Reader::group(std::string_view aor) {
  return one<record::Group>(group_, aor);
}

Counts Reader::counts(record::WallTime now) {
  const Reading reading(counts_);
  counts_.bind(now);
  Counts counts;
  if (counts_.step()) {
    counts_.read(counts.users, counts.devices, counts.registrations, counts.ended_calls);
  }
  return counts;
}

}  // namespace proxy::store
