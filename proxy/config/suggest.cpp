#include "proxy/config/suggest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace proxy::config {
namespace {

/// Levenshtein distance: how many single-character slips lie between the two.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string suggestion(std::string_view written, std::span<const std::string_view> known) {
  constexpr std::size_t longest_key = 64;
  if (written.size() > longest_key) return "";
  std::string_view best;
  std::size_t best_distance = 3;
  for (const auto name : known) {
    const std::size_t slips = distance(written, name);
    // A short name that differs in two places is another word, not a slip.
    if (slips < best_distance && slips * 3 <= name.size()) {
      best = name;
      best_distance = slips;
    }
  }
  return best.empty() ? "" : " (did you mean '" + std::string{best} + "'?)";
}

}  // namespace proxy::config
