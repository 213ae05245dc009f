#include "proxy/config/fields.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include "sipstack/base/text.hpp"

namespace proxy::config {
namespace {

/// RFC 1123 labels, and the underscore that real zones have; at most 253 characters.
bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  bool last_is_number = true;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      last_is_number = true;
      continue;
    }
    if (!sip::is_digit(c) && !sip::is_alpha(c) && c != '-' && c != '_') return false;
    last_is_number = last_is_number && sip::is_digit(c);
    if (++label > 63) return false;
  }
  // A last label of digits alone would be a mistyped address.
  return label > 0 && !last_is_number;
}

std::string canonical_host(const Value& value, std::string_view host) {
  if (const auto address = sip::Address::parse(host)) return sip::host_text(*address);
  if (!is_dns_name(host)) value.fail("must be a host name or an address, not " + in_quotes(host));
  return sip::to_lower(host);
}

sip::Transport known_transport(const Value& value, std::string_view name) {
  const auto transport = sip::parse_transport(name);
  if (!transport)
    value.fail("knows no transport " + in_quotes(name) +
               "; use \"udp\", \"tcp\", \"tls\", \"ws\" or \"wss\"");
  return *transport;
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  const auto port = sip::parse_number(digits, 65'535);
  if (!port || *port == 0) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

}  // namespace

std::string read_host(const Value& value) { return canonical_host(value, value.text()); }

std::vector<std::string> read_domains(const Value& value) {
  std::vector<std::string> domains;
  std::set<std::string> seen;
  for (const auto& entry : value.list()) {
    domains.push_back(read_host(entry));
    if (!seen.insert(domains.back()).second)
      entry.fail("must differ: " + in_quotes(domains.back()));
  }
  if (domains.empty()) value.fail("must name at least one domain, or be left out");
  return domains;
}

sip::Endpoint read_endpoint(const Value& value, bool port_0_allowed) {
  const auto written = value.text();
  const auto endpoint = sip::Endpoint::parse(written);
  if (!endpoint)
    value.fail("must be an address and a port such as \"127.0.0.1:5060\" or \"[::]:5060\", not " +
               in_quotes(written));
  if (endpoint->port == 0 && !port_0_allowed) value.fail("must have a port of 1 to 65535");
  return *endpoint;
}

std::chrono::milliseconds read_coalesce(const Value& value) {
  constexpr std::chrono::milliseconds usual{500};
  constexpr std::chrono::milliseconds none{0};
  if (value.is_flag()) return value.flag() ? usual : none;
  return value.duration(none, std::chrono::seconds{5});
}

sip::Transport read_transport(const Value& value) { return known_transport(value, value.text()); }

std::vector<std::string> read_origins(const Value& value) {
  std::vector<std::string> origins;
  for (const auto& entry : value.list()) {
    const auto written = sip::to_lower(entry.text());
    const auto scheme = written.find("://");
    const auto authority = scheme == std::string::npos ? std::string{} : written.substr(scheme + 3);
    const bool whole = authority.find_first_of("/?#@ ") == std::string::npos;
    if (authority.empty() || !whole)
      entry.fail("must be an origin such as \"https://phone.example.com\", not " +
                 in_quotes(written));
    origins.push_back(written);
  }
  return origins;
}

std::string read_tls_name(const Value& value) {
  auto written = sip::to_lower(value.text());
  const std::string_view name{written};
  if (!is_dns_name(name.starts_with("*.") ? name.substr(2) : name))
    value.fail("must be a host name such as \"sip.example.com\" or \"*.example.com\", not " +
               in_quotes(written));
  return written;
}

std::string read_advertise(const Value& value) {
  const auto written = value.text();
  if (const auto endpoint = sip::Endpoint::parse(written)) {
    if (endpoint->port == 0 || endpoint->address.is_unspecified())
      value.fail("must be an address and port that others can reach, not " + in_quotes(written));
    return endpoint->to_string();
  }
  if (const auto address = sip::Address::parse(written)) return sip::host_text(*address);
  const auto colon = written.rfind(':');
  auto host = canonical_host(value, std::string_view{written}.substr(0, colon));
  if (colon == std::string::npos) return host;
  const auto port = parse_port(std::string_view{written}.substr(colon + 1));
  if (!port) value.fail("must have a port of 1 to 65535, not " + in_quotes(written));
  return host + ':' + std::to_string(*port);
}

sip::AddressBlock read_block(const Value& value) {
  const auto written = value.text();
  const auto block = sip::AddressBlock::parse(written);
  if (!block)
    value.fail("must be an address or a block such as \"192.0.2.0/24\", not " + in_quotes(written));
  return *block;
}

Settings::TrustedPeer read_peer(const Value& value) {
  const auto written = value.text();
  const auto blank = std::min(written.find(' '), written.size());
  const auto block = sip::AddressBlock::parse(std::string_view{written}.substr(0, blank));
  if (!block)
    value.fail(
        "must be an address or a block, and optionally a transport, such as "
        "\"192.0.2.10/32 tcp\", not " +
        in_quotes(written));
  const auto name = sip::trim(std::string_view{written}.substr(blank));
  if (name.empty()) return {*block, std::nullopt};
  return {*block, known_transport(value, name)};
}

namespace {

/// "pbx.example.com" or "pbx.example.com:5070"; without a port its SRV records say where.
void read_pbx_name(const Value& value, std::string_view host, Settings::Pbx& pbx) {
  const auto colon = std::min(host.find(':'), host.size());
  const auto name = host.substr(0, colon);
  if (!is_dns_name(name))
    value.fail(
        "must be a name or an address such as \"pbx.example.com\" or "
        "\"192.0.2.10:5060;transport=tcp\", not " +
        in_quotes(host));
  pbx.host = sip::to_lower(name);
  pbx.port = 0;
  if (colon == host.size()) return;
  const auto port = parse_port(host.substr(colon + 1));
  if (!port) value.fail("must have a port of 1 to 65535");
  pbx.port = *port;
}

}  // namespace

std::vector<sip::Endpoint> read_name_servers(const Value& value) {
  constexpr std::uint16_t dns_port = 53;
  constexpr std::size_t most = 8;
  std::vector<sip::Endpoint> servers;
  for (const auto& entry : value.list()) {
    const auto written = entry.text();
    if (const auto endpoint = sip::Endpoint::parse(written))
      servers.push_back(*endpoint);
    else if (const auto address = sip::Address::parse(written))
      servers.push_back({*address, dns_port});
    else
      entry.fail("must be an address such as \"192.0.2.53\" or \"127.0.0.1:5353\", not " +
                 in_quotes(written));
    if (servers.back().port == 0) entry.fail("must have a port of 1 to 65535");
    if (servers.size() > most) entry.fail("is one too many: at most 8 name servers");
  }
  return servers;
}

Settings::Pbx read_pbx(const Value& value) {
  const auto written = value.text();
  const std::string_view view{written};
  const auto semicolon = std::min(view.find(';'), view.size());
  const auto host = view.substr(0, semicolon);
  const auto parameter = view.substr(semicolon);

  Settings::Pbx pbx;
  bool port_given = false;
  bool named = false;
  if (const auto endpoint = sip::Endpoint::parse(host)) {
    pbx.host = endpoint->address.to_string();
    pbx.port = endpoint->port;
    port_given = true;
  } else if (const auto address = sip::Address::parse(host)) {
    pbx.host = address->to_string();
  } else {
    read_pbx_name(value, host, pbx);
    named = true;
  }
  if (pbx.port == 0 && !named) value.fail("must have a port of 1 to 65535");
  pbx.any_transport = named && parameter.empty();
  if (parameter.empty()) return pbx;
  constexpr std::string_view only_parameter = ";transport=";
  if (parameter.substr(0, only_parameter.size()) != only_parameter)
    value.fail(
        "may only be followed by \";transport=udp\", \";transport=tcp\" or \";transport=tls\"");
  pbx.transport = known_transport(value, parameter.substr(only_parameter.size()));
  if (pbx.transport == sip::Transport::ws || pbx.transport == sip::Transport::wss)
    value.fail("must use udp, tcp or tls: nobody connects to a PBX as to a web page");
  constexpr std::uint16_t sips_port = 5061;
  if (pbx.transport == sip::Transport::tls && !port_given && !named) pbx.port = sips_port;
  return pbx;
}

void read_capture_server(const Value& value, Settings::Capture& capture) {
  const auto written = value.text();
  if (const auto endpoint = sip::Endpoint::parse(written)) {
    if (endpoint->port == 0 || endpoint->address.is_unspecified())
      value.fail("must be an address and port to send to, not " + in_quotes(written));
    capture.host = endpoint->address.to_string();
    capture.port = endpoint->port;
    return;
  }
  if (const auto address = sip::Address::parse(written)) {
    capture.host = address->to_string();
    return;
  }
  const auto colon = std::min(written.find(':'), written.size());
  const auto name = std::string_view{written}.substr(0, colon);
  if (!is_dns_name(name))
    value.fail("must be a name or an address such as \"homer.example.com:9060\", not " +
               in_quotes(written));
  capture.host = sip::to_lower(name);
  if (colon == written.size()) return;
  const auto port = parse_port(std::string_view{written}.substr(colon + 1));
  if (!port) value.fail("must have a port of 1 to 65535, not " + in_quotes(written));
  capture.port = *port;
}

void check_authority(const Value& value, std::string_view authority) {
  if (const auto endpoint = sip::Endpoint::parse(authority)) {
    if (endpoint->port == 0) value.fail("must have a port of 1 to 65535");
    return;
  }
  if (sip::Address::parse(authority)) return;
  const auto colon = authority.rfind(':');
  canonical_host(value, authority.substr(0, colon));
  if (colon != std::string_view::npos && !parse_port(authority.substr(colon + 1)))
    value.fail("must have a port of 1 to 65535");
}

std::string read_webhook_url(const Value& value) {
  auto url = value.text();
  const std::string_view scheme = url.starts_with("https://") ? "https://" : "http://";
  if (!url.starts_with(scheme)) value.fail("must begin with http:// or https://");
  if (url.size() > 2'048) value.fail("may have at most 2048 characters");
  for (const char c : url)
    if (c <= ' ' || c > '~') value.fail("must be printable ASCII without blanks");

  const auto authority_end = std::min(url.find_first_of("/?#", scheme.size()), url.size());
  const auto authority = std::string_view{url}.substr(scheme.size(), authority_end - scheme.size());
  if (authority.find('@') != std::string_view::npos) value.fail("must not carry a user name");
  if (url.find('#') != std::string::npos) value.fail("must not have a fragment");
  check_authority(value, authority);
  return url;
}

std::string read_secret(const Value& value, const std::filesystem::path& file) {
  constexpr std::size_t longest = 4'096;
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  std::string secret(longest + 1, '\0');
  in.read(secret.data(), static_cast<std::streamsize>(secret.size()));
  if (!in.is_open() || in.bad())
    value.fail(in_quotes(file.string()) + " cannot be read: " + std::strerror(errno));
  secret.resize(static_cast<std::size_t>(in.gcount()));
  if (secret.size() > longest)
    value.fail(in_quotes(file.string()) + " is too long for a secret (at most 4096 bytes)");
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) value.fail(in_quotes(file.string()) + " is empty");
  return secret;
}

std::vector<std::string> read_texts(const Value& value) {
  std::vector<std::string> texts;
  std::set<std::string> seen;
  for (const auto& entry : value.list()) {
    texts.push_back(entry.text());
    if (texts.back().empty()) entry.fail("must not be empty");
    if (texts.back().size() > 255) entry.fail("may have at most 255 characters");
    if (!seen.insert(texts.back()).second) entry.fail("must differ: " + in_quotes(texts.back()));
  }
  return texts;
}

std::size_t read_choice(const Value& value, std::span<const std::string_view> choices) {
  const auto written = value.text();
  const auto found = std::find(choices.begin(), choices.end(), written);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string known;
  for (const auto choice : choices) known += (known.empty() ? "" : ", ") + in_quotes(choice);
  value.fail("must be one of " + known + ", not " + in_quotes(written));
}

std::string in_quotes(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out{'"'};
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out{'['};
  for (const auto& text : texts) out.append(out.size() > 1 ? ", " : "").append(in_quotes(text));
  return out += ']';
}

std::string to_text(const sip::AddressBlock& block) {
  constexpr unsigned mapped = 96;  // IPv4 is kept mapped into IPv6
  const bool v4 = block.base.is_v4() && block.prefix >= mapped;
  return block.base.to_string() + '/' + std::to_string(v4 ? block.prefix - mapped : block.prefix);
}

std::string to_text(const Settings::TrustedPeer& peer) {
  auto text = to_text(peer.block);
  if (peer.transport) text.append(" ").append(sip::to_string(*peer.transport));
  return text;
}

std::string to_text(const Settings::Pbx& pbx) {
  const auto address = sip::Address::parse(pbx.host);
  const auto host = address ? sip::host_text(*address) : pbx.host;
  std::string text = pbx.port == 0 ? host : host + ':' + std::to_string(pbx.port);
  if (!pbx.any_transport) text.append(";transport=").append(sip::to_string(pbx.transport));
  return text;
}

}  // namespace proxy::config
