#include "app/cli/table.hpp"

#include <algorithm>

#include "proxy/runtime/log/escape.hpp"

namespace app::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string cell(const Json& row, std::string_view member) {
  const auto found = row.find(std::string{member});
  if (found == row.end() || found->is_null()) return "-";
  if (found->is_boolean()) return found->get<bool>() ? "yes" : "no";
  if (found->is_array()) {
    std::string items;
    for (const auto& item : *found)
      items.append(items.empty() ? "" : ", ")
          .append(item.is_string() ? item.get<std::string>() : item.dump());
    return items.empty() ? "-" : proxy::runtime::log::printable(items);
  }
  if (!found->is_string()) return found->dump();
  const auto text = proxy::runtime::log::printable(found->get<std::string>());
  return text.empty() ? "-" : text;
}

/// Code points; enough for names, if not for all of the world's scripts.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

}  // namespace

std::string table(std::span<const TableColumn> columns, const std::vector<Json>& rows) {
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& column : columns) lines.front().emplace_back(column.title);
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (const auto& column : columns) line.push_back(cell(row, column.member));
  }
  std::string text;
  std::vector<std::size_t> widths(columns.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i]));
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += line[i];
      if (i + 1 < line.size()) text.append(widths[i] - width_of(line[i]) + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace app::cli
