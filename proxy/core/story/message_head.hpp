#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sipstack/message/message.hpp"

namespace proxy::story {

/// Longest head, its mark included.
inline constexpr std::size_t head_most{2'048};
/// What stands where a secret was.
inline constexpr std::string_view hidden{"(hidden)"};

/// Start line and headers of a message for people to read, each line with its CRLF; without the
/// body. What lets somebody else in is hidden: credentials and challenges, push coordinates,
/// passwords in URIs, the signed user parts of routes. What is over `head_most` is cut, and says
/// so.
std::string message_head(const sip::Message& message);
/// The same of a message as it is sent; empty when it is none.
std::string message_head(std::string_view wire);

}  // namespace proxy::story
