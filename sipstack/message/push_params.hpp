#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/message/message.hpp"
#include "sipstack/message/rewrite.hpp"

namespace sip {

// Push coordinates are between a phone and its registrar; what is forwarded must not carry them
// (RFC 8599 section 13).

/// Parameter by which the pn-purr of a Contact goes on: it is a reference of ours, no coordinate,
/// and has to come back in the Request-URI (RFC 8599 section 6).
inline constexpr std::string_view kept_purr{"sw-purr"};

/// True when the text may hold push parameters. Quick, and wrong only in that direction.
bool mentions_push(std::string_view text);

/// The URIs in angle brackets of a header value without push parameters; nothing when there are
/// none.
std::optional<std::string> without_push_in_uris(std::string_view value);

/// Contact values without push parameters, those outside of the angle brackets included; nothing
/// when there are none.
std::optional<std::string> without_push_in_contact(std::string_view value);

/// Takes them out of all headers but Via, From, To, those of digests, and Route, which the caller
/// writes anew.
void remove_push(Rewrite& edit, const Message& message);

}  // namespace sip
