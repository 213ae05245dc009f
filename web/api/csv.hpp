#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace web::api {

/// Cuts a CSV text (RFC 4180, LF or CRLF) into rows. Blank lines are passed over.
class CsvReader {
 public:
  struct Row {
    std::size_t line{0};  ///< where it begins, from 1
    std::vector<std::string> fields;
    std::string error;  ///< why the row cannot be read; empty: it can
  };

  /// The text must outlive the reader; a byte order mark at its start is passed over.
  explicit CsvReader(const std::string& text);

  /// Nothing at the end. After an error, reading goes on at the next line.
  std::optional<Row> next();

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  bool at_line_end() const;
  void skip_line_end();
  void skip_line();
  void read_quoted(Row& row, std::string& field);

  const std::string& text_;
  std::size_t at_{0};
  std::size_t line_{1};
};

/// A text that a spreadsheet would take for a formula, since it begins with = + - or @, with an
/// apostrophe before it; so that nothing is lost, also one that begins with apostrophes and then
/// one of them.
std::string defused(std::string_view text);
/// The text as it was before.
std::string_view undefused(std::string_view text);

}  // namespace web::api
