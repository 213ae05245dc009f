#include "web/api/user_rows.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "sipstack/base/limits.hpp"
#include "sipstack/base/text.hpp"
#include "web/api/aor.hpp"
#include "web/api/csv.hpp"
#include "web/api/forwarding_csv.hpp"

namespace web::api {
namespace {

using Row = ImportUsers::Row;

constexpr std::size_t most_rows = 500;
constexpr std::size_t longest_text = 255;
constexpr auto most_contacts = sip::Limits{}.devices_per_user;

struct Column {
  enum class Kind : std::uint8_t { text, max_contacts, forwarding };
  std::string_view name;
  std::string Row::*field{nullptr};  ///< of a text
  Kind kind{Kind::text};
};
constexpr std::array columns{
    Column{"aor", &Row::aor},
    Column{"password", &Row::password},
    Column{"display_name", &Row::display_name},
    Column{"ha1", &Row::ha1},
    Column{"ha1_sha256", &Row::ha1_sha256},
    Column{"ha1_sha512_256", &Row::ha1_sha512_256},
    Column{"max_contacts", nullptr, Column::Kind::max_contacts},
};

std::optional<Column> find_column(std::string_view name) {
  for (const Column& known : columns)
    if (sip::iequals(known.name, name)) return known;
  if (const auto known = forwarding_column(name))
    return Column{*known, nullptr, Column::Kind::forwarding};
  return std::nullopt;
}

Problem at_line(std::size_t line, std::string why) {
  return {400, "line " + std::to_string(line) + ": " + std::move(why), ""};
}

/// The column each field of the file belongs to, or what is wrong with the header.
std::variant<std::vector<Column>, Problem> layout_of(const CsvReader::Row& header) {
  std::vector<Column> layout;
  const auto names = [&layout](std::string_view name) {
    return std::any_of(layout.begin(), layout.end(),
                       [&](const Column& column) { return column.name == name; });
  };
  for (const auto& text : header.fields) {
    const auto name = sip::trim(text);
    const auto known = find_column(name);
    if (!known)
      return Problem{400, "line 1: this column is not known here",
                     std::string{name.substr(0, longest_text)}};
    if (names(known->name))
      return Problem{400, "line 1: this column is named twice", std::string{known->name}};
    layout.push_back(*known);
  }
  if (!names("aor")) return Problem{400, "line 1 must name the columns, aor among them", "aor"};
  return layout;
}

bool is_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// What is wrong with the field, or nothing.
std::optional<std::string> put(const std::string& field, const Column& column, Row& row) {
  if (column.kind == Column::Kind::forwarding)
    return read_forwarding(column.name, field, row.forwarding);
  if (column.kind == Column::Kind::text) {
    row.*column.field = field;
  } else if (!field.empty()) {
    const auto number = sip::parse_number(field, most_contacts);
    if (!number || *number == 0)
      return "max_contacts must be a number from 1 to " + std::to_string(most_contacts) +
             ", or nothing";
    row.max_contacts = static_cast<std::uint32_t>(*number);
  }
  return std::nullopt;
}

std::variant<Row, Problem> row_of(const CsvReader::Row& read, const std::vector<Column>& layout) {
  if (!read.error.empty()) return at_line(read.line, read.error);
  if (read.fields.size() != layout.size())
    return at_line(read.line, "it has " + std::to_string(read.fields.size()) +
                                  " fields, the header " + std::to_string(layout.size()));
  Row row;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (read.fields[i].size() > longest_text || !is_text(read.fields[i]))
      return at_line(read.line, std::string{layout[i].name} +
                                    " must have at most 255 bytes without control characters");
    if (auto wrong = put(read.fields[i], layout[i], row)) return at_line(read.line, *wrong);
  }
  auto aor = parse_aor(undefused(row.aor));
  row.display_name = undefused(std::string{row.display_name});
  if (!aor) return at_line(read.line, "the aor is no address of record; write user@domain");
  row.aor = *std::move(aor);
  if (row.password.empty() && row.ha1.empty() && row.ha1_sha256.empty() &&
      row.ha1_sha512_256.empty())
    return at_line(read.line, "there is no password and no hash of one");
  return row;
}

}  // namespace

std::variant<std::vector<Row>, Problem> read_user_rows(std::string_view content_type,
                                                       const std::string& text) {
  const auto media = sip::trim(content_type.substr(0, content_type.find(';')));
  if (!sip::iequals(media, "text/csv"))
    return Problem{415, "send a CSV with Content-Type: text/csv", ""};
  CsvReader reader{text};
  const auto header = reader.next();
  if (!header) return Problem{400, "the file is empty", ""};
  if (!header->error.empty()) return at_line(header->line, header->error);
  auto layout = layout_of(*header);
  if (auto* problem = std::get_if<Problem>(&layout)) return std::move(*problem);
  std::vector<Row> rows;
  while (const auto read = reader.next()) {
    if (rows.size() == most_rows)
      return Problem{413, "at most 500 users at once; send the rest in another request", ""};
    auto row = row_of(*read, std::get<0>(layout));
    if (auto* problem = std::get_if<Problem>(&row)) return std::move(*problem);
    rows.push_back(std::get<Row>(std::move(row)));
  }
  if (rows.empty()) return Problem{400, "the file has no users", ""};
  return rows;
}

std::string user_csv_header() {
  return "aor,display_name,ha1,ha1_sha256,ha1_sha512_256,max_contacts" + forwarding_csv_header() +
         "\r\n";
}

std::string user_csv_line(const proxy::record::User& user) {
  return csv_quoted(defused(escape_aor(user.aor))) + ',' + csv_quoted(defused(user.display_name)) +
         ',' + user.ha1_md5 + ',' + user.ha1_sha256 + ',' + user.ha1_sha512_256 + ',' +
         (user.max_contacts == 0 ? "" : std::to_string(user.max_contacts)) +
         forwarding_csv_fields(user.forwarding) + "\r\n";
}

}  // namespace web::api
