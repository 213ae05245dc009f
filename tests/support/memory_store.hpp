#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/record/rows.hpp"

namespace test {

/// The store in memory: gathers writes while a commit runs, as the store thread does, and keeps
/// only what was committed. A snapshot is what a server started after a kill -9 would find.
class MemoryStore {
 public:
  /// Adds a change to the batch that gathers.
  void write(proxy::Seq seq, proxy::record::Change change);
  bool idle() const { return !running_; }
  bool waiting() const { return !gathering_.changes.empty(); }

  /// Starts to commit what has gathered. Idle and waiting before.
  void begin();
  struct Range {
    proxy::Seq from{0};
    proxy::Seq to{0};
  };
  /// Ends the running commit; its changes count only when `ok`.
  Range finish(bool ok);
  /// The process dies: what was not committed is lost.
  void crash();

  proxy::record::Snapshot snapshot() const;
  void apply(const proxy::record::Change& change);

  std::map<std::int64_t, proxy::record::User> users;
  std::map<std::int64_t, proxy::record::Device> devices;
  std::map<std::int64_t, proxy::record::Binding> bindings;
  std::map<std::int64_t, proxy::record::Call> calls;
  std::map<std::int64_t, proxy::record::CallInvite> invites;
  std::map<std::pair<std::int64_t, std::uint32_t>, std::string> heads;  ///< by call and step
  std::map<std::int64_t, proxy::record::Leg> legs;
  std::map<std::int64_t, proxy::record::ApiToken> tokens;
  std::map<std::int64_t, proxy::record::Ban> bans;
  std::map<std::int64_t, proxy::record::Trunk> trunks;
  std::map<std::int64_t, proxy::record::Route> routes;
  std::map<std::int64_t, proxy::record::Group> groups;
  std::map<std::int64_t, proxy::record::Audit> audits;
  std::map<std::string, proxy::record::Setting> settings;
  std::size_t commits{0};

 private:
  struct Batch {
    Range range;
    std::vector<proxy::record::Change> changes;
  };
  void put(const proxy::record::User& row);
  void put(const proxy::record::Device& row);
  void put(const proxy::record::Binding& row);
  void put(const proxy::record::DeviceSeen& row);
  void put(const proxy::record::BindingRefresh& row);
  void put(const proxy::record::Call& row);
  void put(const proxy::record::CallInvite& row);
  void put(const proxy::record::MessageHead& row);
  void put(const proxy::record::Leg& row);
  void put(const proxy::record::ApiToken& row);
  void put(const proxy::record::Ban& row);
  void put(const proxy::record::Trunk& row);
  void put(const proxy::record::Route& row);
  void put(const proxy::record::Group& row);
  void put(const proxy::record::Audit& row);
  void put(const proxy::record::Setting& row);
  void put(const proxy::record::Erase& row);

  Batch gathering_;
  std::optional<Batch> running_;
  proxy::record::Snapshot::LastIds last_ids_;
};

}  // namespace test
