#include "app/cli/user_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "app/cli/aor.hpp"
#include "app/cli/exit.hpp"
#include "sipstack/base/limits.hpp"
#include "sipstack/base/text.hpp"
#include "web/api/csv.hpp"
#include "web/api/forwarding_csv.hpp"

namespace app::cli {
namespace {

using web::api::CsvReader;

enum class Column : std::uint8_t {
  aor,
  username,
  domain,
  password,
  ha1,
  ha1_sha256,
  ha1_sha512_256,
  display_name,
  max_contacts
};
constexpr std::size_t column_kinds = static_cast<std::size_t>(Column::max_contacts) + 1;

struct ColumnName {
  std::string_view text;
  Column column;
};
/// As FreePBX exports extensions. Its "password" is that of its own web page.
constexpr std::array freepbx_names{
    ColumnName{"extension", Column::username},
    ColumnName{"secret", Column::password},
    ColumnName{"name", Column::display_name},
};
constexpr std::array column_names{
    ColumnName{"aor", Column::aor},
    ColumnName{"username", Column::username},
    ColumnName{"domain", Column::domain},
    ColumnName{"password", Column::password},
    ColumnName{"ha1", Column::ha1},
    ColumnName{"ha1_md5", Column::ha1},
    ColumnName{"ha1_sha256", Column::ha1_sha256},
    ColumnName{"ha1_sha512_256", Column::ha1_sha512_256},
    ColumnName{"display_name", Column::display_name},
    ColumnName{"max_contacts", Column::max_contacts},
};

std::optional<Column> find_column(std::span<const ColumnName> names, std::string_view name) {
  for (const auto& known : names)
    if (sip::iequals(known.text, sip::trim(name))) return known.column;
  return std::nullopt;
}

std::span<const ColumnName> names_in(const CsvReader::Row& header) {
  const auto holds = [&](std::string_view wanted) {
    return std::any_of(header.fields.begin(), header.fields.end(),
                       [&](const auto& field) { return sip::iequals(sip::trim(field), wanted); });
  };
  if (holds("extension") && holds("secret")) return freepbx_names;
  return column_names;
}

/// Where each kind of column stands in a row.
class Layout {
 public:
  /// Of a file without a header line.
  Layout() {
    place(Column::aor, 0);
    place(Column::password, 1);
    place(Column::display_name, 2);
  }
  /// Nothing when the row is no header line.
  static std::optional<Layout> of_header(const CsvReader::Row& row, UserFile& file) {
    const auto names = names_in(row);
    bool header = false;
    for (const auto& field : row.fields) {
      const auto column = find_column(names, field);
      header = header || column == Column::aor || column == Column::username;
    }
    if (!header) return std::nullopt;
    Layout layout;
    layout.at_ = {};
    layout.columns_ = row.fields.size();
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      const auto column = find_column(names, row.fields[i]);
      const auto wish = web::api::forwarding_column(row.fields[i]);
      const auto named = [&](const auto& known) { return known.first == *wish; };
      if (wish && std::any_of(layout.wishes_.begin(), layout.wishes_.end(), named))
        throw BadUsage{"the header names the column '" + row.fields[i] + "' twice"};
      if (wish)
        layout.wishes_.emplace_back(*wish, i);
      else if (!column)
        file.unused_columns.append(file.unused_columns.empty() ? "" : ", ").append(row.fields[i]);
      else if (layout.has(*column))
        throw BadUsage{"the header names the column '" + row.fields[i] + "' twice"};
      else
        layout.place(*column, i);
    }
    if (!layout.has(Column::password) && !layout.has(Column::ha1) &&
        !layout.has(Column::ha1_sha256) && !layout.has(Column::ha1_sha512_256))
      throw BadUsage{"the header names no password, ha1, ha1_sha256 or ha1_sha512_256"};
    return layout;
  }

  bool has(Column column) const { return at_[static_cast<std::size_t>(column)].has_value(); }
  std::string_view field(const CsvReader::Row& row, Column column) const {
    const auto at = at_[static_cast<std::size_t>(column)];
    return at && *at < row.fields.size() ? std::string_view{row.fields[*at]} : std::string_view{};
  }
  /// Throws BadUsage.
  proxy::record::ForwardingFields wishes(const CsvReader::Row& row) const {
    proxy::record::ForwardingFields wishes;
    for (const auto& [column, at] : wishes_)
      if (const auto wrong = web::api::read_forwarding(column, row.fields.at(at), wishes))
        throw BadUsage{*wrong};
    return wishes;
  }
  /// Throws BadUsage.
  void check_width(const CsvReader::Row& row) const {
    const auto width = row.fields.size();
    if (columns_ == 0 && (width < 2 || width > 3))
      throw BadUsage{"has " + std::to_string(width) +
                     " fields instead of aor,password or aor,password,display_name"};
    if (columns_ != 0 && width != columns_)
      throw BadUsage{"has " + std::to_string(width) + " fields, the header " +
                     std::to_string(columns_)};
  }

 private:
  void place(Column column, std::size_t at) { at_[static_cast<std::size_t>(column)] = at; }

  std::array<std::optional<std::size_t>, column_kinds> at_{};
  std::vector<std::pair<std::string, std::size_t>> wishes_;  ///< columns, and where they stand
  std::size_t columns_{0};  ///< as many as the header names; 0: there is none
};

std::string read_text(std::string_view text, std::string_view what) {
  if (text.size() > text_bytes_max)
    throw BadUsage{std::string{what} + " is longer than " + std::to_string(text_bytes_max) +
                   " bytes"};
  if (!is_plain_text(text))
    throw BadUsage{std::string{what} + " is not UTF-8 or holds control characters"};
  return std::string{text};
}

std::string read_ha1(std::string_view text, std::string_view what, std::size_t digits) {
  const bool good = text.empty() || (text.size() == digits && sip::from_hex(text));
  if (!good)
    throw BadUsage{std::string{what} + " must be " + std::to_string(digits) + " hex digits"};
  return sip::to_lower(text);
}

std::uint32_t read_max_contacts(std::string_view text) {
  constexpr auto most = sip::Limits{}.devices_per_user;
  if (text.empty()) return 0;
  const auto number = sip::parse_number(text, most);
  if (!number || *number == 0)
    throw BadUsage{"max_contacts must be a number from 1 to " + std::to_string(most) +
                   ", or nothing"};
  return static_cast<std::uint32_t>(*number);
}

std::string typed_aor(const Layout& layout, const CsvReader::Row& row) {
  using web::api::undefused;
  if (layout.has(Column::aor)) return std::string{undefused(layout.field(row, Column::aor))};
  std::string typed{undefused(layout.field(row, Column::username))};
  const auto domain = layout.field(row, Column::domain);
  return domain.empty() ? typed : typed.append("@").append(domain);
}

/// Throws BadUsage with what is wrong in the row.
proxy::AddUser read_user(const Layout& layout, const CsvReader::Row& row,
                         const proxy::Settings& settings) {
  if (!row.error.empty()) throw BadUsage{row.error};
  layout.check_width(row);
  proxy::AddUser user;
  const auto typed = typed_aor(layout, row);
  user.aor = read_aor(typed, settings);
  user.password = read_text(layout.field(row, Column::password), "the password");
  user.display_name =
      read_text(web::api::undefused(layout.field(row, Column::display_name)), "the display name");
  user.ha1_md5 = read_ha1(layout.field(row, Column::ha1), "ha1", 32);
  user.ha1_sha256 = read_ha1(layout.field(row, Column::ha1_sha256), "ha1_sha256", 64);
  user.ha1_sha512_256 = read_ha1(layout.field(row, Column::ha1_sha512_256), "ha1_sha512_256", 64);
  user.forwarding = layout.wishes(row);
  user.max_contacts = read_max_contacts(sip::trim(layout.field(row, Column::max_contacts)));
  if (user.password.empty() && user.ha1_md5.empty() && user.ha1_sha256.empty() &&
      user.ha1_sha512_256.empty())
    throw BadUsage{"the password is empty"};
  const auto at = typed.rfind('@');
  const auto realm = user.aor.substr(user.aor.rfind('@') + 1);
  if (user.password.empty() && at != std::string::npos &&
      !sip::iequals(typed.substr(at + 1), realm))
    throw BadUsage{"an ha1 of " + typed.substr(at + 1) + " does not serve " + user.aor};
  return user;
}

}  // namespace

UserFile read_users(const std::string& text, const std::string& file_name,
                    const proxy::Settings& settings) {
  constexpr std::size_t errors_shown = 20;
  UserFile file;
  std::unordered_map<std::string, std::size_t> line_of;
  Layout layout;
  bool first = true;
  CsvReader reader{text};
  while (const auto row = reader.next()) {
    try {
      if (std::exchange(first, false) && row->error.empty()) {
        if (auto header = Layout::of_header(*row, file)) {
          layout = *header;
          continue;
        }
      }
      auto user = read_user(layout, *row, settings);
      const auto [known, fresh] = line_of.emplace(user.aor, row->line);
      if (!fresh)
        throw BadUsage{user.aor + " is in line " + std::to_string(known->second) + " too"};
      file.users.push_back(std::move(user));
      file.lines.push_back(row->line);
    } catch (const BadUsage& error) {
      if (++file.bad_rows <= errors_shown)
        file.errors.push_back(file_name + ':' + std::to_string(row->line) + ": " + error.what());
    }
  }
  return file;
}

}  // namespace app::cli
