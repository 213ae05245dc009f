#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/settings/settings.hpp"
#include "sipstack/message/uri.hpp"

namespace proxy {

/// The domain a host text means: own addresses and names mean domains[0] (design, "Identity");
/// nothing when the host is not ours.
std::optional<std::string_view> local_domain(std::string_view host, const Settings& settings);

/// The canonical address of record of a URI when its domain is ours.
std::optional<std::string> local_aor(const sip::UriView& uri, const Settings& settings);
/// The same for a From or To value.
std::optional<std::string> local_aor(std::string_view name_addr, const Settings& settings);

/// True when the flow comes from the PBX: from its address, or from one its name leads to.
bool is_pbx(const sip::Flow& flow, const Settings& settings);
/// The flow that reaches a PBX at a literal address (streams: opened when needed); nothing when
/// there is none.
std::optional<sip::Flow> pbx_flow(const Settings& settings);

/// The listener that best serves a peer: same transport and address family; nothing when none does.
std::optional<std::uint8_t> listener_for(sip::Transport transport, const sip::Address& peer,
                                         const Settings& settings);

}  // namespace proxy
