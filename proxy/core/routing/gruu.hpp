#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proxy::routing {

/// "sip:alice@example.com;gr=urn:uuid:...": means one device for as long as it is known (RFC 5627
/// section 3.1.1). `aor` as in record::User.
std::string public_gruu(std::string_view aor, std::string_view instance);

/// What a temporary GRUU means: a device while it is registered with this Call-ID.
struct TemporaryGruu {
  std::int64_t device{0};
  std::uint64_t registration{0};  ///< registration_mark of the Call-ID
  std::uint32_t number{0};        ///< CSeq of the REGISTER: each gets another one
  bool operator==(const TemporaryGruu&) const = default;
};

/// A Call-ID in 8 bytes, by which only the holder of the key can tell it.
std::uint64_t registration_mark(std::string_view call_id, std::string_view key);

/// User part of a temporary GRUU (RFC 5627 section 3.1.2), "tgruu." and base64url. It carries what
/// it means, enciphered and signed: nothing is stored for it, and nobody but us can tell whether
/// two are of one device.
std::string temporary_user(const TemporaryGruu& gruu, std::string_view key);
/// Nothing when it was not made by us with this key.
std::optional<TemporaryGruu> read_temporary_user(std::string_view user, std::string_view key);

}  // namespace proxy::routing
