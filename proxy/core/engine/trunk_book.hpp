#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/record/trunk_fields.hpp"
#include "proxy/core/trunk/route_table.hpp"

namespace proxy {

/// The trunks and the routes, as they are stored and ready to be asked.
class TrunkBook {
 public:
  void restore(const record::Snapshot& snapshot);

  const record::Trunk* trunk(const record::RowName& which) const;
  const record::Trunk* trunk(std::string_view name) const { return trunk({0, std::string{name}}); }
  /// Empty when there is none.
  std::string name_of(std::int64_t trunk) const;
  const record::Route* route(const record::RowName& which) const;
  const std::map<std::int64_t, record::Trunk>& trunks() const { return trunks_; }
  const std::map<std::int64_t, record::Route>& routes() const { return routes_; }
  /// The trunk that logs in by this name.
  const record::Trunk* inbound(std::string_view username) const;
  /// Routes that lead to this trunk or are for its calls.
  std::vector<record::Route> routes_of(std::string_view trunk) const;

  std::int64_t next_trunk_id() { return ++last_trunk_; }
  std::int64_t next_route_id() { return ++last_route_; }
  void put(record::Trunk row);
  void put(record::Route row);
  void remove_trunk(std::int64_t id);
  void remove_route(std::int64_t id);

  const trunk::RouteTable& table() const { return table_; }

 private:
  void rebuild();

  std::map<std::int64_t, record::Trunk> trunks_;
  std::map<std::int64_t, record::Route> routes_;
  std::int64_t last_trunk_{0};
  std::int64_t last_route_{0};
  trunk::RouteTable table_;
};

}  // namespace proxy
