#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/value.hpp"
#include "proxy/core/settings/settings.hpp"

namespace proxy::config {

// Texts of the file that stand for more than a text: read with every check, and written back.

/// An address or a DNS name in the form that requests are compared with: lower case, IPv6 in
/// brackets.
std::string read_host(const Value& value);
std::vector<std::string> read_domains(const Value& value);
/// "192.0.2.1:5060"; port 0 only where the system may choose one.
sip::Endpoint read_endpoint(const Value& value, bool port_0_allowed);
sip::Transport read_transport(const Value& value);
/// "https://phone.example.com": where a page that opens a WebSocket may come from; lower case.
std::vector<std::string> read_origins(const Value& value);
/// A host name, or "*." and one.
std::string read_tls_name(const Value& value);
/// "host" or "host:port", for Via and Contact.
std::string read_advertise(const Value& value);
sip::AddressBlock read_block(const Value& value);
/// "192.0.2.0/24" or "192.0.2.10 udp".
Settings::TrustedPeer read_peer(const Value& value);
/// "192.0.2.10:5060;transport=tcp" or "pbx.example.com"; the port and the transport (udp, tcp, tls)
/// may be left out.
Settings::Pbx read_pbx(const Value& value);
/// Addresses with or without a port; at most 8.
std::vector<sip::Endpoint> read_name_servers(const Value& value);
/// "homer.example.com:9060"; without a port: as it was.
void read_capture_server(const Value& value, Settings::Capture& capture);
/// "host", "host:port" or an address with or without one, as it stands in a URL.
void check_authority(const Value& value, std::string_view authority);
/// "http://host[:port][/path]".
std::string read_webhook_url(const Value& value);
/// What a secret file holds, without the newline at its end.
std::string read_secret(const Value& value, const std::filesystem::path& file);
/// A duration up to 5 s; true stands for 500 ms, false for none.
std::chrono::milliseconds read_coalesce(const Value& value);
/// Texts that are not empty and of which none comes twice.
std::vector<std::string> read_texts(const Value& value);

/// The name's entry in a list of choices, or a refusal that lists them.
std::size_t read_choice(const Value& value, std::span<const std::string_view> choices);

std::string in_quotes(std::string_view text);  ///< a TOML basic string
std::string list_of(const std::vector<std::string>& texts);
std::string to_text(const sip::AddressBlock& block);
std::string to_text(const Settings::TrustedPeer& peer);
std::string to_text(const Settings::Pbx& pbx);

}  // namespace proxy::config
