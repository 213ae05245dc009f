#pragma once
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "web/api/json.hpp"
#include "web/api/problem.hpp"

namespace web::api {

/// The JSON object of a request body, read field by field. The first thing that is wrong is kept as
/// the problem; what is read after it is empty.
class Body {
 public:
  /// Refuses what is not JSON, no object, nested deeper than 16, names a field twice, or names one
  /// that is not in `allowed`.
  Body(std::string_view content_type, std::string_view text,
       std::initializer_list<std::string_view> allowed);
  Body(std::string_view content_type, std::string_view text,
       std::span<const std::string_view> allowed);

  /// At most 255 bytes without control characters.
  std::optional<std::string> text(std::string_view name);
  /// Such a text that must be there and not be empty.
  std::string required_text(std::string_view name);
  /// A list of at most `most` such texts, as lines.
  std::optional<std::string> lines(std::string_view name, std::size_t most);
  std::optional<bool> flag(std::string_view name);
  /// A whole number in this range.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most);

  bool is_null(std::string_view name) const {
    const auto found = object_.find(std::string{name});
    return found != object_.end() && found->is_null();
  }
  bool has(std::string_view name) const { return object_.contains(std::string{name}); }
  bool empty() const { return object_.empty(); }
  void refuse(int status, std::string detail, std::string_view field);
  const std::optional<Problem>& problem() const { return problem_; }

 private:
  void parse(std::string_view text);
  std::optional<std::string> text_of(const Json& value, std::string_view name);

  Json object_ = Json::object();
  std::optional<Problem> problem_;
};

}  // namespace web::api
