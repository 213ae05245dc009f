#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace web::api {

/// An address of record as somebody writes it, in the form of a URI: "sip:" may lead, the user part
/// may hold escapes (RFC 3261 section 19.1.1). Given back without the scheme and with the host in
/// lower case; nothing when it is no address of record.
std::optional<std::string> parse_aor(std::string_view text);

/// An address of record as it is stored and shown, with the escapes of the user part undone: what a
/// path names. Only the case of the host may differ.
std::optional<std::string> parse_shown_aor(std::string_view text);

/// The URI form of a shown address of record: everything odd in the user part is escaped.
std::string escape_aor(std::string_view shown);

}  // namespace web::api
