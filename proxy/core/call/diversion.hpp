#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/core/record/forwarding.hpp"
#include "sipstack/message/message.hpp"
#include "sipstack/message/rewrite.hpp"

namespace proxy::call {

/// Why a call goes on to somebody else.
enum class ForwardCause : std::uint8_t { always, busy, no_answer, not_reachable, do_not_disturb };

/// "no answer", as the story of a call says it.
std::string_view to_string(ForwardCause cause);
/// Where the user wants his calls to go then; empty: nowhere. Who is not to be disturbed is busy.
const std::string& target_for(ForwardCause cause, const record::Forwarding& wishes);

/// A Diversion value (RFC 5806 section 9): the URI of whom the call was for, and why it went on.
std::string diversion(std::string_view uri, ForwardCause cause);
/// How often the request says it was diverted on its way to us; at most 100.
std::size_t diversions_of(const sip::Message& request);
/// Puts them before those of the request, the newest first (RFC 5806 section 6).
void put_diversions(sip::Rewrite& edit, const sip::Message& request,
                    std::span<const std::string> oldest_first);

}  // namespace proxy::call
