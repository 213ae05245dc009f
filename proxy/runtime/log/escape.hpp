#pragma once
#include <string>
#include <string_view>

namespace proxy::runtime::log {

/// Printable UTF-8 whatever comes in: control bytes, invisible direction marks and what is not
/// UTF-8 become \xHH, so that nothing from the wire can break a line or drive a terminal.
std::string printable(std::string_view bytes);

/// A value as it stands in a text line: bare when it is plain, else in quotes with \" and \\.
std::string text_value(std::string_view bytes);

}  // namespace proxy::runtime::log
