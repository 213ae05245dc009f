#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/message/error.hpp"

namespace sip::auth {

enum class FieldName : std::uint8_t {
  username,
  realm,
  nonce,
  uri,
  response,
  cnonce,
  opaque,
  qop,
  nc,
  algorithm,
};

/// The named values of a Digest challenge or credentials, unquoted. Other fields are checked for
/// form and left out.
class FieldList {
 public:
  /// "Digest name=value, ...". Refuses other schemes, repeated fields, unterminated quotes, empty
  /// list items, line ends and values longer than any real one.
  static Parsed<FieldList> parse(std::string_view value);

  bool has(FieldName name) const { return slot(name).has_value(); }
  /// Empty when the field is missing.
  const std::string& value(FieldName name) const;
  std::string take(FieldName name) { return slot(name) ? std::move(*slot(name)) : std::string{}; }

 private:
  using Slot = std::optional<std::string>;
  const Slot& slot(FieldName name) const { return values_[static_cast<std::size_t>(name)]; }
  Slot& slot(FieldName name) { return values_[static_cast<std::size_t>(name)]; }

  std::array<Slot, 10> values_;
};

}  // namespace sip::auth
