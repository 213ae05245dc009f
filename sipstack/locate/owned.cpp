#include "sipstack/locate/owned.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "sipstack/locate/bounds.hpp"
#include "sipstack/locate/name.hpp"

namespace sip::locate {
namespace {

bool is_of(const Record& record, Kind kind) {
  switch (kind) {
    case Kind::naptr:
      return std::holds_alternative<Naptr>(record.data);
    case Kind::srv:
      return std::holds_alternative<Srv>(record.data);
    case Kind::address:
      return std::holds_alternative<Address>(record.data);
  }
  return false;
}

/// The CNAME record of a name; nothing when there is none.
const Record* alias_of(const std::vector<Record>& records, const std::string& name) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const Record& record) {
    return std::holds_alternative<Alias>(record.data) && canonical_name(record.owner) == name;
  });
  return found == records.end() ? nullptr : &*found;
}

}  // namespace

std::chrono::seconds sane_ttl(std::chrono::seconds ttl) {
  constexpr std::chrono::seconds most{std::numeric_limits<std::int32_t>::max()};
  return ttl < std::chrono::seconds{0} || ttl > most ? std::chrono::seconds{0} : ttl;
}

Owned owned(const Question& question, const Answer& answer) {
  Owned out;
  auto ttl = std::chrono::seconds::max();
  std::string name = question.name;
  for (std::size_t links = 0; const Record* alias = alias_of(answer.records, name); ++links) {
    auto next = canonical_name(std::get<Alias>(alias->data).target);
    if (!next || links == aliases_max) return {};
    ttl = std::min(ttl, sane_ttl(alias->ttl));
    name = std::move(*next);
  }
  for (const Record& record : answer.records) {
    if (!is_of(record, question.kind) || canonical_name(record.owner) != name) continue;
    if (out.records.size() == records_max) break;
    ttl = std::min(ttl, sane_ttl(record.ttl));
    out.records.push_back(record);
  }
  if (!out.records.empty()) out.ttl = ttl;
  return out;
}

}  // namespace sip::locate
