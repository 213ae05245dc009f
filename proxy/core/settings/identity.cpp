#include "proxy/core/settings/identity.hpp"

#include "sipstack/base/text.hpp"
#include "sipstack/message/name_addr.hpp"

namespace proxy {

std::optional<std::string_view> local_domain(std::string_view host, const Settings& settings) {
  for (const auto& domain : settings.domains)
    if (sip::iequals(domain, host)) return std::string_view{domain};
  for (const auto& alias : settings.aliases)
    if (sip::iequals(alias, host)) return std::string_view{settings.domains.front()};
  return std::nullopt;
}

std::optional<std::string> local_aor(const sip::UriView& uri, const Settings& settings) {
  if (!uri.is_sip()) return std::nullopt;
  const auto domain = local_domain(uri.host, settings);
  if (!domain) return std::nullopt;
  auto canonical = uri;
  canonical.host = *domain;
  return sip::address_of_record(canonical);
}

std::optional<std::string> local_aor(std::string_view name_addr, const Settings& settings) {
  const auto address = sip::NameAddrView::parse(name_addr);
  if (!address) return std::nullopt;
  const auto uri = sip::UriView::parse(address->uri);
  if (!uri) return std::nullopt;
  return local_aor(*uri, settings);
}

bool is_pbx(const sip::Flow& flow, const Settings& settings) {
  if (!settings.pbx) return false;
  for (const auto& peer : settings.pbx->peers)
    if (peer.transport == flow.transport && peer.endpoint.address == flow.peer.address) return true;
  if (settings.pbx->transport != flow.transport) return false;
  const auto address = sip::Address::parse(settings.pbx->host);
  return address && *address == flow.peer.address;
}

std::optional<sip::Flow> pbx_flow(const Settings& settings) {
  if (!settings.pbx) return std::nullopt;
  const auto address = sip::Address::parse(settings.pbx->host);
  if (!address) return std::nullopt;
  const auto listener = listener_for(settings.pbx->transport, *address, settings);
  if (!listener) return std::nullopt;
  return sip::Flow{settings.pbx->transport, *listener, {*address, settings.pbx->port}, 0};
}

std::optional<std::uint8_t> listener_for(sip::Transport transport, const sip::Address& peer,
                                         const Settings& settings) {
  for (std::size_t i = 0; i < settings.locals.size(); ++i) {
    const auto& local = settings.locals[i];
    if (local.transport == transport && local.bound.address.is_v4() == peer.is_v4())
      return static_cast<std::uint8_t>(i);
  }
  return std::nullopt;
}

}  // namespace proxy
