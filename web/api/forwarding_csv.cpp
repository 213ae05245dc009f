#include "web/api/forwarding_csv.hpp"

#include <array>

#include "sipstack/base/text.hpp"
#include "web/api/csv.hpp"

namespace web::api {
namespace {

using proxy::record::Forwarding;
using proxy::record::ForwardingFields;
using proxy::record::Shown;

constexpr std::uint64_t longest_s = 600;

using Wrong = std::optional<std::string>;

Wrong read(std::string_view field, std::optional<bool>& to) {
  for (const auto& [word, means] : {std::pair{"true", true},
                                    {"yes", true},
                                    {"1", true},
                                    {"false", false},
                                    {"no", false},
                                    {"0", false}})
    if (sip::iequals(field, word)) {
      to = means;
      return std::nullopt;
    }
  return "must be true or false";
}

Wrong read(std::string_view field, std::optional<std::uint32_t>& to) {
  const auto number = sip::parse_number(field, longest_s);
  if (!number || *number == 0) return "must be a number from 1 to " + std::to_string(longest_s);
  to = static_cast<std::uint32_t>(*number);
  return std::nullopt;
}

Wrong read(std::string_view field, std::optional<std::string>& to) {
  to = std::string{undefused(field)};
  return std::nullopt;
}

std::string written(bool value) { return value ? "true" : ""; }
std::string written(std::uint32_t value) {
  return value == Forwarding{}.no_answer_s ? "" : std::to_string(value);
}
std::string written(const std::string& value) { return csv_quoted(defused(value)); }

}  // namespace

std::optional<std::string_view> forwarding_column(std::string_view name) {
  ForwardingFields fields;
  std::optional<std::string_view> found;
  each_forwarding_member(fields, fields,
                         [&](std::string_view known, Shown, const auto&, const auto&) {
                           if (sip::iequals(known, sip::trim(name))) found = known;
                         });
  return found;
}

std::optional<std::string> read_forwarding(std::string_view column, std::string_view field,
                                           ForwardingFields& to) {
  const auto given = sip::trim(field);
  if (given.empty()) return std::nullopt;
  Wrong wrong;
  each_forwarding_member(to, to, [&](std::string_view known, Shown, auto& member, const auto&) {
    if (known == column) wrong = read(given, member);
  });
  if (wrong) return std::string{column}.append(" ").append(*wrong).append(", or nothing");
  return std::nullopt;
}

std::string forwarding_csv_header() {
  std::string out;
  ForwardingFields fields;
  each_forwarding_member(fields, fields,
                         [&](std::string_view name, Shown, const auto&, const auto&) {
                           out.append(",").append(name);
                         });
  return out;
}

std::string forwarding_csv_fields(const Forwarding& wishes) {
  std::string out;
  each_forwarding_member(wishes, wishes,
                         [&](std::string_view, Shown, const auto& member, const auto&) {
                           out.append(",").append(written(member));
                         });
  return out;
}

std::string csv_quoted(std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) return std::string{text};
  std::string out{'"'};
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

}  // namespace web::api
