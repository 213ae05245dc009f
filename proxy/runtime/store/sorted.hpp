#pragma once
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "proxy/runtime/store/listing.hpp"
#include "proxy/runtime/store/sqlite.hpp"

namespace proxy::store {

/// One list in its four orders: by id and by another column, up and down. The key of the row before
/// is bound to ?1 (its id) and ?2.
class Sorted {
 public:
  /// `select` ends where conditions begin; `conditions` begin with AND and end before LIMIT, which
  /// is bound to `limit`.
  Sorted(const Connection& connection, std::string_view select, std::string_view id,
         std::string_view column, std::string_view conditions, std::string_view limit)
      : statements_{make(connection, select, id, id, conditions, limit, false),
                    make(connection, select, id, id, conditions, limit, true),
                    make(connection, select, id, column, conditions, limit, false),
                    make(connection, select, id, column, conditions, limit, true)} {}

  Statement& at(const Place& place) {
    return statements_[(place.by_key ? 2U : 0U) + (place.down ? 1U : 0U)];
  }
  /// What ?1 is: with 0 the list begins.
  static std::int64_t id_before(const Place& place) {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    return place.after == 0 && place.down ? largest : place.after;
  }
  /// What ?2 is. No text is as large as a byte that no UTF-8 holds.
  static std::string_view text_before(const Place& place) {
    return place.after == 0 && place.down ? std::string_view{"\xff"} : std::string_view{place.key};
  }
  static std::int64_t number_before(const Place& place) {
    if (place.after != 0) return place.number;
    return place.down ? std::numeric_limits<std::int64_t>::max()
                      : std::numeric_limits<std::int64_t>::min();
  }

 private:
  static Statement make(const Connection& connection, std::string_view select, std::string_view id,
                        std::string_view column, std::string_view conditions,
                        std::string_view limit, bool down) {
    const std::string arrow{down ? " < " : " > "};
    const std::string way{down ? " DESC" : ""};
    const std::string by{column};
    std::string sql{select};
    if (column == id)
      sql.append(" WHERE ?2 IS NOT NULL AND ").append(id).append(arrow).append("?1");
    else
      sql.append(" WHERE (" + by + ", ").append(id).append(")" + arrow + "(?2, ?1)");
    sql.append(conditions).append(" ORDER BY ");
    if (column != id) sql.append(by + way + ", ");
    sql.append(id).append(way + " LIMIT ").append(limit);
    return {connection, sql};
  }

  std::array<Statement, 4> statements_;
};

}  // namespace proxy::store
