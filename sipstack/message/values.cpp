#include "sipstack/message/values.hpp"

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace sip {

std::optional<std::string_view> Values::next() {
  if (const auto item = take_list_item(rest_)) return item;
  const auto headers = message_.headers();
  while (line_ < headers.size()) {
    const Header& header = headers[line_++];
    if (header.name != name_) continue;
    rest_ = message_.value(header);
    return take_list_item(rest_).value_or(std::string_view{});
  }
  return std::nullopt;
}

bool has_option(const Message& message, HeaderName name, std::string_view tag) {
  Values values{message, name};
  while (const auto value = values.next())
    if (iequals(trim(*value), tag)) return true;
  return false;
}

}  // namespace sip
