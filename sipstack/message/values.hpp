#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "sipstack/message/message.hpp"

namespace sip {

/// Walks all values of a header in their order, over repeated lines and comma-joined ones (RFC
/// 3261 section 7.3.1). Shorter-lived than the message. Not for headers whose values hold commas
/// of their own: Date, Authorization and the challenges (section 20.44).
class Values {
 public:
  Values(const Message& message, HeaderName name) : message_{message}, name_{name} {}

  /// Nothing at the end. A line without a value and an empty item between commas are empty views.
  std::optional<std::string_view> next();

 private:
  const Message& message_;
  HeaderName name_;
  std::size_t line_{0};  ///< index of the header line to look at next
  std::string_view rest_;
};

/// True when an option tag is listed in Supported, Require or the like (RFC 3261 section 19.2).
bool has_option(const Message& message, HeaderName name, std::string_view tag);

}  // namespace sip
