#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "proxy/core/engine/reach.hpp"

namespace test::sim {

/// How often each row of the engine's tables was taken, over engines and runs.
class Reach {
 public:
  Reach();
  void add(const proxy::Reach& engine);
  void add(const Reach& other);

  struct Row {
    std::string table;
    std::string name;
    std::uint64_t count{0};
    bool impossible{false};  ///< no row of a table, only a pair of state and input
  };
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
};

}  // namespace test::sim
