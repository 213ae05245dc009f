#pragma once
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "web/api/message.hpp"
#include "web/api/problem.hpp"
#include "web/api/target.hpp"
#include "web/api/task.hpp"

namespace web::api {

/// A routed request as its handler reads it. The first thing that is wrong is kept as the problem;
/// the handler's result is then thrown away.
class Asked {
 public:
  /// `parameter`: the path segment in braces, empty when the route has none. `request` and `target`
  /// must outlive this.
  Asked(const Request& request, const Target& target, std::string parameter);

  /// Refuses query parameters that are not in `known`.
  void allow(std::span<const std::string_view> known);

  std::string aor();     ///< from the path; 404 when it can be no address of record
  std::int64_t id();     ///< from the path; 404 when it can be no id
  std::size_t limit();   ///< 1..200, default 50
  Page page(char list);  ///< limit and cursor of the list with this letter
  /// The same with `sort`, which may name these and id, with a minus for largest first.
  Page page(char list, std::initializer_list<Order::By> sorts);
  std::string text(std::string_view name);  ///< at most 255 bytes, empty when it is not given
  std::optional<bool> flag(std::string_view name);
  std::int64_t number(std::string_view name);  ///< a positive id, 0 when it is not given
  std::string user(std::string_view name);     ///< an address of record, empty when not given
  /// One of these, as its place in the list from 1 on; 0 when it is not given.
  std::size_t choice(std::string_view name, std::initializer_list<std::string_view> choices);
  proxy::record::RowName row();              ///< from the path: an id, or a name
  std::string query(std::string_view name);  ///< empty when it is not given
  /// State, filter, limit and cursor of a list of calls.
  ListCalls calls();

  const std::string& parameter() const { return parameter_; }
  const Request& request() const { return request_; }
  void refuse(Problem problem);
  const std::optional<Problem>& problem() const { return problem_; }

 private:
  const Request& request_;
  const Target& target_;
  CallFilter call_filter();
  std::optional<sip::WallTime> moment(std::string_view name);

  std::string parameter_;
  std::optional<Problem> problem_;
};

}  // namespace web::api
