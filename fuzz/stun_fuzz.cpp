#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sipstack/transport/stun.hpp"

/// Whatever comes: an answer is short, and is itself no request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view datagram{reinterpret_cast<const char*>(data), size};
  for (const auto* source : {"192.0.2.1:5060", "[2001:db8::1]:5060"}) {
    const auto answer = sip::stun_answer(datagram, *sip::Endpoint::parse(source));
    if (!answer) continue;
    if (!sip::is_stun(datagram) || answer->size() > 3 * size || answer->size() % 4 != 0)
      std::abort();
    if (sip::stun_answer(*answer, *sip::Endpoint::parse(source))) std::abort();
  }
  return 0;
}
