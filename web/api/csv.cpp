#include "web/api/csv.hpp"

namespace web::api {

namespace {

bool is_formula(std::string_view text) {
  const auto at = text.find_first_not_of('\'');
  return at != std::string_view::npos &&
         std::string_view{"=+-@"}.find(text[at]) != std::string_view::npos;
}

}  // namespace

std::string defused(std::string_view text) {
  return std::string(is_formula(text) ? 1 : 0, '\'').append(text);
}

std::string_view undefused(std::string_view text) {
  if (text.starts_with('\'') && is_formula(text)) text.remove_prefix(1);
  return text;
}

CsvReader::CsvReader(const std::string& text) : text_{text} {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

bool CsvReader::at_line_end() const {
  return at_ >= text_.size() || text_[at_] == '\n' ||
         (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
}

void CsvReader::skip_line_end() {
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size()) ++at_;
  ++line_;
}

void CsvReader::skip_line() {
  while (!at_line_end()) ++at_;
  skip_line_end();
}

/// From behind the opening quote to behind the closing one.
void CsvReader::read_quoted(Row& row, std::string& field) {
  const auto begin = at_;
  const auto begin_line = line_;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '"' && peek() != '"') return;
    if (c == '"') ++at_;
    if (c == '\n') ++line_;
    field += c;
  }
  row.error = "the quote is never closed";
  at_ = begin;
  line_ = begin_line;
}

std::optional<CsvReader::Row> CsvReader::next() {
  while (at_ < text_.size() && at_line_end()) skip_line_end();
  if (at_ >= text_.size()) return std::nullopt;
  Row row{line_, {}, {}};
  for (;;) {
    std::string field;
    if (peek() == '"' && at_ < text_.size()) {
      ++at_;
      read_quoted(row, field);
      if (row.error.empty() && !at_line_end() && peek() != ',')
        row.error = "text behind a closing quote";
    } else {
      while (!at_line_end() && text_[at_] != ',' && text_[at_] != '"') field += text_[at_++];
      if (!at_line_end() && text_[at_] == '"') row.error = "a quote within a field without quotes";
    }
    row.fields.push_back(std::move(field));
    if (!row.error.empty()) {
      skip_line();
      return row;
    }
    if (at_line_end()) {
      skip_line_end();
      return row;
    }
    ++at_;  // the comma
  }
}

}  // namespace web::api
