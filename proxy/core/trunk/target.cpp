#include "proxy/core/trunk/target.hpp"

#include <limits>

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace proxy::trunk {
namespace {

constexpr std::uint16_t sip_port = 5060;
constexpr std::uint16_t sips_port = 5061;
constexpr std::size_t name_most = 253;

bool is_dns_name(std::string_view text) {
  constexpr auto letters = sip::CharSet::alphanumeric_and("-.");
  return !text.empty() && text.size() <= name_most && letters.holds_all(text) &&
         text.front() != '.' && text.front() != '-' && text.find("..") == std::string_view::npos &&
         !sip::is_digit(text.back());
}

std::optional<std::uint16_t> number(std::string_view text) {
  const auto value = sip::parse_number(text, std::numeric_limits<std::uint16_t>::max());
  return value ? std::optional{static_cast<std::uint16_t>(*value)} : std::nullopt;
}

bool is_connectable(sip::Transport transport) {
  return transport == sip::Transport::udp || transport == sip::Transport::tcp ||
         transport == sip::Transport::tls;
}

bool read_host(std::string_view text, sip::locate::Wanted& wanted) {
  if (const auto endpoint = sip::Endpoint::parse(text)) {
    wanted.host = endpoint->address.to_string();
    wanted.port = endpoint->port;
    return endpoint->port != 0;
  }
  if (const auto address = sip::Address::parse(text)) {
    wanted.host = address->to_string();
    return true;
  }
  const auto colon = std::min(text.find(':'), text.size());
  wanted.host = sip::to_lower(text.substr(0, colon));
  if (!is_dns_name(wanted.host)) return false;
  if (colon == text.size()) return true;
  const auto port = number(text.substr(colon + 1));
  wanted.port = port.value_or(0);
  return wanted.port != 0;
}

bool read_param(const sip::ParamsView::Param& param, Target& target) {
  if (param.name == "transport") {
    target.wanted.transport = sip::parse_transport(param.value);
    return target.wanted.transport && is_connectable(*target.wanted.transport);
  }
  const auto value = number(param.value);
  if (!value) return false;
  if (param.name == "priority") target.priority = *value;
  if (param.name == "weight") target.weight = *value;
  return param.name == "priority" || param.name == "weight";
}

template <class Item>
std::vector<Item> parse_lines(std::string_view lines,
                              std::optional<Item> (*parse)(std::string_view)) {
  std::vector<Item> items;
  while (const auto line = take_line(lines))
    if (auto item = parse(*line)) items.push_back(*std::move(item));
  return items;
}

}  // namespace

std::optional<std::string_view> take_line(std::string_view& lines) {
  if (lines.empty()) return std::nullopt;
  const auto end = std::min(lines.find('\n'), lines.size());
  const auto line = lines.substr(0, end);
  lines.remove_prefix(std::min(end + 1, lines.size()));
  return line;
}

std::optional<Target> parse_target(std::string_view text) {
  Target target;
  const auto semicolon = std::min(text.find(';'), text.size());
  if (!read_host(text.substr(0, semicolon), target.wanted)) return std::nullopt;
  std::string_view rest = text.substr(semicolon);
  while (const auto param = sip::ParamsView::next(rest))
    if (!read_param(*param, target)) return std::nullopt;
  if (!rest.empty()) return std::nullopt;
  if (!sip::Address::parse(target.wanted.host)) return target;
  if (!target.wanted.transport) target.wanted.transport = sip::Transport::udp;
  if (target.wanted.port == 0)
    target.wanted.port = target.wanted.transport == sip::Transport::tls ? sips_port : sip_port;
  return target;
}

std::optional<Source> parse_source(std::string_view text) {
  const auto blank = std::min(text.find(' '), text.size());
  const auto block = sip::AddressBlock::parse(text.substr(0, blank));
  if (!block) return std::nullopt;
  const auto name = sip::trim(text.substr(blank));
  if (name.empty()) return Source{*block, std::nullopt};
  const auto transport = sip::parse_transport(name);
  if (!transport) return std::nullopt;
  return Source{*block, transport};
}

std::string domain_of(const record::Trunk& trunk) {
  if (!trunk.domain.empty()) return trunk.domain;
  const auto targets = parse_targets(trunk.targets);
  if (targets.empty()) return "invalid";
  const auto& wanted = targets.front().wanted;
  const auto address = sip::Address::parse(wanted.host);
  if (!address) return wanted.host;
  const bool usual = wanted.port == sip_port || wanted.port == sips_port;
  return sip::host_text(*address) + (usual ? "" : ':' + std::to_string(wanted.port));
}

std::string request_uri(const record::Trunk& trunk, std::string_view number) {
  return "sip:" + std::string{number} + '@' + domain_of(trunk);
}

std::vector<Target> parse_targets(std::string_view lines) {
  return parse_lines(lines, parse_target);
}
std::vector<Source> parse_sources(std::string_view lines) {
  return parse_lines(lines, parse_source);
}

}  // namespace proxy::trunk
