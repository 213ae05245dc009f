#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/settings/settings.hpp"

namespace proxy::late_call {

/// True when nobody took the call, and nobody said no to it: who was asked and never came has
/// missed it.
bool is_missed(const record::Call& call);

/// What the device of this leg is owed once the windows of the call have closed.
record::Notice notice_for(const record::Call& call, const record::Leg& leg,
                          Settings::MissedPush policy);

/// "Missed call from Alice <sip:alice@example.com> at 2025-03-01T12:00:00Z"; `name` may be empty.
std::string missed_text(std::string_view name, std::string_view uri, std::string_view at);

/// What the MESSAGE is made of.
struct MissedMessage {
  std::string_view contact;  ///< Request-URI
  std::string_view via;
  std::string_view path;    ///< Route of the binding, may be empty
  std::string_view domain;  ///< we say it, not the caller
  std::string_view callee;  ///< address of record
  std::string_view call_id;
  std::string_view tag;  ///< ours
  std::uint32_t cseq{1};
  std::string_view text;
};

/// RFC 3428 section 5, outside any dialog. From names our domain: the sender of a MESSAGE is who
/// wrote it (section 11), and the caller wrote nothing. A phone that files texts by sender keeps
/// it out of the talk with the caller, and an answer to it cannot reach one who never asked. There
/// is no Contact, which section 4 forbids.
std::string build_message(const MissedMessage& message);

/// What becomes of it by the final response of the phone.
enum class Delivery : std::uint8_t { done, again, refused };
Delivery delivery_of(int status);

}  // namespace proxy::late_call
