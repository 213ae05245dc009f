#include "proxy/core/engine/gruu.hpp"

#include <algorithm>

#include "proxy/core/routing/gruu.hpp"
#include "proxy/core/settings/identity.hpp"
#include "sipstack/base/text.hpp"

namespace proxy {
namespace {

constexpr std::size_t instance_max = 256;  ///< a longer one makes no GRUU

std::optional<std::int64_t> device_of_public(const sip::UriView& uri, std::string_view gr,
                                             Core& core) {
  const auto aor = local_aor(uri, *core.settings);
  const auto* user = aor ? core.directory.find_user(*aor) : nullptr;
  const auto instance = sip::unescape(gr);
  if (!user || !instance) return std::nullopt;
  for (const auto id : user->devices)
    if (core.directory.device(id)->row.instance == *instance) return id;
  return std::nullopt;
}

std::optional<std::int64_t> device_of_temporary(const sip::UriView& uri, Core& core) {
  const auto gruu = routing::read_temporary_user(uri.user, core.secret);
  const auto* device = gruu ? core.directory.device(gruu->device) : nullptr;
  if (!device) return std::nullopt;
  const bool registered = std::ranges::any_of(device->contacts, [&](const auto& contact) {
    return routing::registration_mark(contact.row.call_id, core.secret) == gruu->registration;
  });
  return registered ? std::optional{gruu->device} : std::nullopt;
}

}  // namespace

bool is_own_gruu(const sip::UriView& uri, const Settings& settings) {
  return uri.is_sip() && uri.params.has("gr") && local_domain(uri.host, settings).has_value();
}

std::optional<std::int64_t> device_of_gruu(const sip::UriView& uri, Core& core) {
  const auto gr = uri.params.value("gr").value_or(std::string_view{});
  return gr.empty() ? device_of_temporary(uri, core) : device_of_public(uri, gr, core);
}

std::string gruu_params(const registrar::DeviceEntry& device, const registrar::Contact& contact,
                        std::string_view aor, std::string_view key) {
  const auto& instance = device.row.instance;
  if (instance.empty() || instance.size() > instance_max) return {};
  const routing::TemporaryGruu temporary{
      device.row.id, routing::registration_mark(contact.row.call_id, key), contact.row.cseq};
  std::string out{";pub-gruu=\""};
  out.append(routing::public_gruu(aor, instance)).append("\";temp-gruu=\"sip:");
  out.append(routing::temporary_user(temporary, key)).append(aor.substr(aor.rfind('@')));
  return out.append(";gr\"");
}

}  // namespace proxy
