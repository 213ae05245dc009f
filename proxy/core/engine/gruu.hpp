#pragma once
#include <optional>
#include <string>

#include "proxy/core/engine/core.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

/// True when the URI is a GRUU of a domain of ours, good or not (RFC 5627 section 3.2).
bool is_own_gruu(const sip::UriView& uri, const Settings& settings);

/// The device a GRUU of ours means. A public one means it as long as it is known, asleep or not; a
/// temporary one until its registration ends or another Call-ID takes it over (section 5.3).
std::optional<std::int64_t> device_of_gruu(const sip::UriView& uri, Core& core);

/// `;pub-gruu="...";temp-gruu="..."` for a Contact of a 200 to REGISTER; empty without an instance.
std::string gruu_params(const registrar::DeviceEntry& device, const registrar::Contact& contact,
                        std::string_view aor, std::string_view key);

}  // namespace proxy
