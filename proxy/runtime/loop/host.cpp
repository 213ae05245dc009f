#include "proxy/runtime/loop/host.hpp"

#include <algorithm>

#include "proxy/runtime/loop/server.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::runtime {
namespace {

constexpr std::size_t host_max = 253;

bool is_host_name(std::string_view text) {
  const auto allowed = [](char c) {
    return sip::is_alpha(c) || sip::is_digit(c) || c == '-' || c == '.' || c == '_';
  };
  return !text.empty() && text.size() <= host_max && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), allowed);
}

void add(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(std::move(name));
}

}  // namespace

sip::Address main_address(const Host& host, bool v4) {
  const auto& outward = v4 ? host.outward_v4 : host.outward_v6;
  if (outward) return *outward;
  const auto found = std::find_if(
      host.addresses.begin(), host.addresses.end(),
      [v4](const auto& address) { return address.is_v4() == v4 && !address.is_loopback(); });
  if (found != host.addresses.end()) return *found;
  return *sip::Address::parse(v4 ? "127.0.0.1" : "::1");
}

std::optional<Advertised> parse_advertise(std::string_view text) {
  Advertised out;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto address = sip::Address::parse(text.substr(0, end + 1));
    if (!address || address->is_v4()) return std::nullopt;
    out.host = sip::host_text(*address);
    rest = text.substr(end + 1);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    if (!is_host_name(text.substr(0, colon))) return std::nullopt;
    out.host = sip::to_lower(text.substr(0, colon));
    rest = text.substr(colon);
  }
  if (rest.empty()) return out;
  if (rest.front() != ':') return std::nullopt;
  const auto port = sip::parse_number(rest.substr(1), 65'535);
  if (!port || *port == 0) return std::nullopt;
  out.port = static_cast<std::uint16_t>(*port);
  return out;
}

std::vector<Settings::Local> find_locals(const std::vector<Settings::Listener>& listeners,
                                         const std::vector<sip::net::Network::Bound>& bound,
                                         const Host& host) {
  std::vector<Settings::Local> locals;
  for (std::size_t i = 0; i < bound.size(); ++i) {
    const auto& endpoint = bound[i].endpoint;
    Settings::Local local{bound[i].transport, endpoint, {}, endpoint.port};
    if (i < listeners.size() && listeners[i].advertise) {
      const auto advertised = parse_advertise(*listeners[i].advertise);
      if (!advertised)
        throw StartError{"listen: advertise \"" + *listeners[i].advertise +
                         "\" is no host or host:port"};
      local.host = advertised->host;
      if (advertised->port != 0) local.port = advertised->port;
    } else if (endpoint.address.is_unspecified()) {
      local.host = sip::host_text(main_address(host, endpoint.address.is_v4()));
    } else {
      local.host = sip::host_text(endpoint.address);
    }
    locals.push_back(std::move(local));
  }
  return locals;
}

std::string default_domain(const Host& host) {
  if (!host.name.empty() && host.name != "localhost") return host.name;
  return sip::host_text(main_address(host, true));
}

std::vector<std::string> certificate_names(const Settings& settings, const Host& host) {
  auto names = settings.domains;
  for (const auto& listener : settings.listeners)
    if (const auto advertised = parse_advertise(listener.advertise.value_or("")))
      add(names, advertised->host);
  add(names, host.name);
  add(names, "localhost");
  for (const auto& address : host.addresses) add(names, sip::host_text(address));
  return names;
}

std::vector<std::string> find_aliases(const Settings& settings, const Host& host) {
  auto names = settings.aliases;
  for (const auto& local : settings.locals) add(names, local.host);
  for (const auto& address : host.addresses) add(names, sip::host_text(address));
  add(names, host.name);
  add(names, "localhost");
  return names;
}

}  // namespace proxy::runtime
