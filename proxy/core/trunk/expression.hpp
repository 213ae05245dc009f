#pragma once
#include <optional>
#include <string_view>

#include "proxy/core/trunk/pattern.hpp"

namespace proxy::trunk {

/// Reads the part of a regular expression between its anchors into steps.
class Expression {
 public:
  /// `offset`: of `text` in the pattern, for complaints.
  Expression(std::string_view text, std::size_t offset) : text_{text}, offset_{offset} {}

  std::variant<Pattern::Steps, BadPattern> read();

 private:
  using Steps = Pattern::Steps;

  Steps alternatives();
  Steps sequence();
  Steps atom();
  Steps group();
  Pattern::Set escape();
  Steps repeated(Steps item);
  Steps counted(const Steps& item);
  std::optional<std::size_t> count();
  bool at_end() const { return at_ >= text_.size() || bad_; }
  bool next_is(char c) const { return !at_end() && text_[at_] == c; }
  bool take(char c);
  void refuse(std::string why);
  void append(Steps& to, const Steps& more);

  std::string_view text_;
  std::size_t offset_;
  std::size_t at_{0};
  std::size_t depth_{0};
  std::optional<BadPattern> bad_;
};

/// A set in brackets, `text[at]` being behind the opening one; `at` ends behind the closing one.
/// Nothing when it is no set.
std::optional<Pattern::Set> read_set(std::string_view text, std::size_t& at);
Pattern::Step one_of(const Pattern::Set& set);
Pattern::Set only(char c);
Pattern::Set between(char first, char last);

}  // namespace proxy::trunk
