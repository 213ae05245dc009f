#pragma once
#include <cstdint>
#include <span>

#include "sipstack/locate/record.hpp"

namespace proxy::resolve {

/// The types of record a question of this kind asks for, one by one: A and AAAA are two questions.
enum class Type : std::uint16_t { a = 1, aaaa = 28, srv = 33, naptr = 35 };

/// The records of a whole DNS message, CNAMEs included, in their order; at most as many as anybody
/// looks at. `malformed` when c-ares cannot read it.
sip::locate::Answer read_answer(std::span<const unsigned char> message, Type type);

/// What a status of c-ares means for the question.
sip::locate::Failure failure_of(int ares_status);

}  // namespace proxy::resolve
