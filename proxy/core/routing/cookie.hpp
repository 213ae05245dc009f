#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sipstack/transport/flow.hpp"

namespace proxy::routing {

/// One side of a dialog: how requests towards it are sent.
struct Side {
  sip::Flow flow;
  std::int64_t device{0};  ///< when the flow is dead, the device's current one is used
  bool pbx{false};         ///< the PBX is reached at its configured address
  std::int64_t trunk{0};   ///< whose credentials answer its challenges
  bool operator==(const Side&) const = default;
};

/// What our Record-Route remembers of a dialog, so that in-dialog requests find their way after a
/// restart. It is the user part of the Record-Route URI: base64url of both sides and a signature
/// over them, the Call-ID and the caller's tag. Nothing in it is secret, nothing can be changed.
struct Cookie {
  Side caller;
  Side callee;
  bool operator==(const Cookie&) const = default;
};

std::string encode(const Cookie& cookie, std::string_view key, std::string_view call_id,
                   std::string_view caller_tag);
/// Nothing when it was not signed by us for this Call-ID and tag.
std::optional<Cookie> decode(std::string_view text, std::string_view key, std::string_view call_id,
                             std::string_view caller_tag);

/// User part of a Contact of ours: proves that a request in that dialog is meant for us.
std::string contact_user(std::string_view key, std::string_view call_id);
bool is_contact_user(std::string_view user, std::string_view key, std::string_view call_id);

}  // namespace proxy::routing
