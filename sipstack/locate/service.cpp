#include "sipstack/locate/service.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sipstack/base/text.hpp"
#include "sipstack/locate/bounds.hpp"
#include "sipstack/locate/name.hpp"

namespace sip::locate {
namespace {

constexpr std::array<std::pair<std::string_view, Transport>, 5> services{{
    {"SIP+D2U", Transport::udp},
    {"SIP+D2T", Transport::tcp},
    {"SIPS+D2T", Transport::tls},
    {"SIP+D2W", Transport::ws},
    {"SIPS+D2W", Transport::wss},
}};

/// A candidate, with what it is sorted by.
struct Choice {
  std::uint16_t order;
  std::uint16_t preference;
  Service service;
};

}  // namespace

std::string srv_name(Transport transport, std::string_view host) {
  std::string_view prefix;
  switch (transport) {
    case Transport::udp:
      prefix = "_sip._udp.";
      break;
    case Transport::tcp:
      prefix = "_sip._tcp.";
      break;
    case Transport::tls:
      prefix = "_sips._tcp.";
      break;
    case Transport::ws:
      prefix = "_sip._ws.";
      break;
    case Transport::wss:
      prefix = "_sips._ws.";
      break;
  }
  return std::string{prefix}.append(host);
}

std::optional<Transport> transport_of_service(std::string_view naptr_service) {
  for (const auto& [name, transport] : services)
    if (iequals(name, naptr_service)) return transport;
  return std::nullopt;
}

std::uint16_t default_port(Transport transport) {
  switch (transport) {
    case Transport::tls:
      return 5061;
    case Transport::ws:
      return 80;
    case Transport::wss:
      return 443;
    case Transport::udp:
    case Transport::tcp:
      break;
  }
  return 5060;
}

std::vector<Service> choose_services(const std::vector<Record>& naptrs,
                                     const std::vector<Transport>& supported, bool secure_only) {
  std::vector<Choice> choices;
  for (const Record& record : naptrs) {
    const auto& naptr = std::get<Naptr>(record.data);
    const auto transport = transport_of_service(naptr.service);
    if (!transport || (secure_only && !is_secure(*transport))) continue;
    if (std::find(supported.begin(), supported.end(), *transport) == supported.end()) continue;
    // Only "s": the replacement is the name of SRV records. A regexp would be run on our own input.
    auto name = canonical_name(naptr.replacement);
    if (!iequals(naptr.flags, "s") || !naptr.regexp.empty() || !name) continue;
    choices.push_back({naptr.order, naptr.preference, {*transport, std::move(*name)}});
  }
  std::stable_sort(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) {
    return std::pair{a.order, a.preference} < std::pair{b.order, b.preference};
  });
  std::vector<Service> out;
  for (auto& choice : choices) {
    if (choice.order != choices.front().order || out.size() == services_max) break;
    if (std::find(out.begin(), out.end(), choice.service) == out.end())
      out.push_back(std::move(choice.service));
  }
  return out;
}

}  // namespace sip::locate
