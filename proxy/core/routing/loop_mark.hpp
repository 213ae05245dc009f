#pragma once
#include <string>
#include <string_view>

#include "sipstack/message/message.hpp"

namespace proxy::routing {

/// What a request is routed by, in a few digits: it goes into the branch of our Via, so that the
/// request is known when it comes back unchanged (RFC 3261 section 16.3 step 4, RFC 5393 section
/// 4.2). `target`: the canonical address of record, or the Request-URI of somebody else.
std::string loop_mark(const sip::Message& request, std::string_view target, std::string_view key);

/// True when one of its Vias is ours and has this mark. One that was sent on to another target in
/// between (a spiral) has another.
bool has_mark(const sip::Message& request, std::string_view mark);

/// True when one of its Vias looks like ours, so that it is worth to compute a mark.
bool came_by_here(const sip::Message& request);

}  // namespace proxy::routing
