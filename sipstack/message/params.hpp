#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/message/error.hpp"

namespace sip {

// The *View types in this folder are results of parsing on demand: they point into the text they
// were made from, so they are locals and parameters, never members of anything that lives longer.

/// ";name=value;flag" after a URI, a name-addr or a Via (RFC 3261 section 25.1 "generic-param").
class ParamsView {
 public:
  ParamsView() = default;
  /// `text` is empty or starts with a semicolon (blanks before it are allowed).
  explicit ParamsView(std::string_view text) : text_{text} {}

  struct Param {
    std::string_view name;
    std::string_view value;  ///< as written; quoted strings keep their quotes
    bool has_value{false};
  };
  /// Takes the next parameter off `rest`; nothing at the end or at a syntax error, where `rest`
  /// stays as it is.
  static std::optional<Param> next(std::string_view& rest);
  /// The same by the rules for header parameters, where also a wrong character or an empty value
  /// is a syntax error (URIs have their own).
  static std::optional<Param> next_checked(std::string_view& rest);

  /// Value of a parameter (names compare without case); an empty view for one without a value.
  std::optional<std::string_view> value(std::string_view name) const;
  bool has(std::string_view name) const { return value(name).has_value(); }
  std::string_view text() const { return text_; }
  /// True when next_checked() comes to the end.
  bool well_formed() const;

 private:
  std::string_view text_;
};

/// Takes the next value off a comma-joined header, minding quotes and angle brackets. Nothing at
/// the end; an empty item (two commas) is returned as an empty view.
std::optional<std::string_view> take_list_item(std::string_view& rest);

/// Position after the closing quote of the quoted string at `at`; npos when it never closes.
std::size_t quoted_end(std::string_view text, std::size_t at);

/// The text of a quoted string without quotes and escapes; other text comes back as it is.
std::string unquote(std::string_view text);
/// Puts quotes around and escapes what must be (RFC 3261 section 25.1 "quoted-string").
std::string quote(std::string_view text);

}  // namespace sip
