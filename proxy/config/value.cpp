#include "proxy/config/value.hpp"

#include <system_error>

#include "proxy/config/duration.hpp"

namespace proxy::config {
namespace {

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

std::string not_a(std::string_view wanted, const toml::node& node) {
  const auto kind = node.is_floating_point() ? "a number with a fraction" : kind_of(node);
  return "must be " + std::string{wanted} + ", not " + std::string{kind};
}

/// "sipwake.toml:12:5: ".
std::string text_of(const Source& source, const toml::source_region& place) {
  return source.name + ':' + std::to_string(place.begin.line) + ':' +
         std::to_string(place.begin.column) + ": ";
}

}  // namespace

void fail_at(const Source& source, const toml::source_region& place, const std::string& why) {
  // Names and values come from the file as they are; the error stays one readable line.
  constexpr std::size_t longest = 500;
  std::string line = why.substr(0, longest);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  throw ConfigError{text_of(source, place) + line};
}

Value::Value(const toml::node& node, const Source& source, std::string name)
    : node_{node}, source_{source}, name_{std::move(name)} {}

std::string Value::text() const {
  const auto* text = node_.as_string();
  if (text == nullptr) fail(not_a("a text in quotes", node_));
  return text->get();
}

bool Value::flag() const {
  const auto* flag = node_.as_boolean();
  if (flag == nullptr) fail(not_a("true or false", node_));
  return flag->get();
}

std::int64_t Value::number(std::int64_t least, std::int64_t most) const {
  const auto* number = node_.as_integer();
  if (number == nullptr) fail(not_a("a whole number", node_));
  if (number->get() < least || number->get() > most)
    fail("must be between " + std::to_string(least) + " and " + std::to_string(most) + ", not " +
         std::to_string(number->get()));
  return number->get();
}

std::chrono::milliseconds Value::duration(std::chrono::milliseconds least,
                                          std::chrono::milliseconds most) const {
  if (!node_.is_string()) fail(not_a("a duration in quotes, such as \"30s\"", node_));
  const auto duration = parse_duration(text());
  if (!duration) fail("must be a duration such as \"500ms\", \"30s\" or \"2h30m\"");
  if (*duration < least || *duration > most)
    fail("must be between " + to_text(least) + " and " + to_text(most) + ", not " +
         to_text(*duration));
  return *duration;
}

std::chrono::seconds Value::seconds(std::chrono::seconds least, std::chrono::seconds most) const {
  const auto exact = duration(least, most);
  const auto whole = std::chrono::floor<std::chrono::seconds>(exact);
  if (whole != exact) fail("must be whole seconds, not " + to_text(exact));
  return whole;
}

std::vector<Value> Value::list() const {
  constexpr std::size_t longest = 1'000;
  const auto* array = node_.as_array();
  if (array == nullptr) fail(not_a("a list in brackets", node_));
  if (array->size() > longest) fail("may have at most " + std::to_string(longest) + " entries");
  std::vector<Value> entries;
  entries.reserve(array->size());
  for (const auto& node : *array) entries.emplace_back(node, source_, "each entry of " + name_);
  return entries;
}

std::filesystem::path Value::path() const {
  const auto written = text();
  if (written.empty()) fail("must not be empty");
  if (written.find('\0') != std::string::npos) fail("must be a path without a zero byte");
  std::error_code error;
  const auto absolute = std::filesystem::absolute(source_.folder / written, error);
  if (error) fail("cannot be made an absolute path: " + error.message());
  auto normal = absolute.lexically_normal();
  source_.named_files.try_emplace(normal.string(), text_of(source_, node_.source()) + name_);
  return normal;
}

std::optional<Value> Value::child(std::string_view key) const {
  const auto* table = node_.as_table();
  const auto* node = table == nullptr ? nullptr : table->get(key);
  if (node == nullptr) return std::nullopt;
  return Value{*node, source_, name_.empty() ? std::string{key} : name_ + '.' + std::string{key}};
}

void Value::fail(const std::string& why) const {
  fail_at(source_, node_.source(), name_.empty() ? why : name_ + ' ' + why);
}

}  // namespace proxy::config
