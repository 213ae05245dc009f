#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app::cli {

struct TableColumn {
  std::string_view title;
  std::string_view member;  ///< of each object
};

/// Rows of objects as aligned text: a title line, then a line each. Missing and null are "-", flags
/// "yes" and "no", odd bytes escaped; the last column is not filled up.
std::string table(std::span<const TableColumn> columns,
                  const std::vector<nlohmann::ordered_json>& rows);

}  // namespace app::cli
