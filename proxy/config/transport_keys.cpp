#include "proxy/config/transport_keys.hpp"

#include <array>

#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"

namespace proxy::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using namespace std::chrono_literals;
using ConfigKey = Key<Config>;
using HostKey = Key<Settings::TlsHost>;

constexpr std::int64_t connections_max = 1'000'000;
constexpr std::int64_t unsent_least = 65'536;  // one message of the largest size
constexpr std::int64_t unsent_most = 67'108'864;

std::string time_text(std::chrono::milliseconds time) { return in_quotes(to_text(time)); }
std::string file_text(const std::string& file) { return file.empty() ? "" : in_quotes(file); }

const std::array tls{
    ConfigKey{"certificate", "PEM, the server's own first. Read again on SIGHUP, as the key is.",
              R"("fullchain.pem")",
              [](const Value& v, Config& c) { c.settings.tls.certificate = v.path().string(); },
              [](const Config& c) { return file_text(c.settings.tls.certificate); }},
    ConfigKey{"private_key", "PEM, without a passphrase.", R"("key.pem")",
              [](const Value& v, Config& c) { c.settings.tls.private_key = v.path().string(); },
              [](const Config& c) { return file_text(c.settings.tls.private_key); }},
    ConfigKey{"client_ca", "When set, clients are asked for a certificate signed by one of these.",
              R"("clients.pem")",
              [](const Value& v, Config& c) { c.settings.tls.client_ca = v.path().string(); },
              [](const Config& c) { return file_text(c.settings.tls.client_ca); }},
    ConfigKey{
        "require_client_certificate",
        "Whoever shows none of client_ca is turned away; false: only trunks need one.", "",
        [](const Value& v, Config& c) { c.settings.tls.require_client_certificate = v.flag(); },
        [](const Config& c) {
          return std::string{c.settings.tls.require_client_certificate ? "true" : "false"};
        }},
    ConfigKey{"peer_ca", "Trusted beside the system's when sipwake connects (to a PBX).",
              R"("pbx-ca.pem")",
              [](const Value& v, Config& c) { c.settings.tls.peer_ca = v.path().string(); },
              [](const Config& c) { return file_text(c.settings.tls.peer_ca); }},
};

const std::array hosts{
    HostKey{"name", "What the client asks for (SNI).", R"("sip.example.org")",
            [](const Value& v, Settings::TlsHost& h) { h.name = read_tls_name(v); },
            [](const Settings::TlsHost& h) { return in_quotes(h.name); }, true},
    HostKey{"certificate", "PEM.", R"("org.pem")",
            [](const Value& v, Settings::TlsHost& h) { h.certificate = v.path().string(); },
            [](const Settings::TlsHost& h) { return in_quotes(h.certificate); }, true},
    HostKey{"private_key", "PEM.", R"("org.key")",
            [](const Value& v, Settings::TlsHost& h) { h.private_key = v.path().string(); },
            [](const Settings::TlsHost& h) { return in_quotes(h.private_key); }, true},
};

const std::array connections{
    ConfigKey{"total", "More are turned away.", "",
              [](const Value& v, Config& c) {
                c.settings.limits.connections =
                    static_cast<std::size_t>(v.number(1, connections_max));
              },
              [](const Config& c) { return std::to_string(c.settings.limits.connections); }},
    ConfigKey{
        "per_address", "From one address; many phones may share one behind NAT.", "",
        [](const Value& v, Config& c) {
          c.settings.limits.connections_per_address =
              static_cast<std::size_t>(v.number(1, connections_max));
        },
        [](const Config& c) { return std::to_string(c.settings.limits.connections_per_address); }},
    ConfigKey{
        "unsent_bytes", "A peer that leaves more unread is closed.", "",
        [](const Value& v, Config& c) {
          c.settings.limits.unsent_bytes_per_flow =
              static_cast<std::size_t>(v.number(unsent_least, unsent_most));
        },
        [](const Config& c) { return std::to_string(c.settings.limits.unsent_bytes_per_flow); }},
    ConfigKey{"handshake_timeout", "For TLS and WebSocket handshakes together.", "",
              [](const Value& v, Config& c) {
                c.settings.connections.handshake_timeout = v.duration(100ms, minutes{5});
              },
              [](const Config& c) { return time_text(c.settings.connections.handshake_timeout); }},
    ConfigKey{
        "first_message_timeout", "Until the first whole message, and for each begun one.", "",
        [](const Value& v, Config& c) {
          c.settings.connections.first_message_timeout = v.duration(100ms, hours{1});
        },
        [](const Config& c) { return time_text(c.settings.connections.first_message_timeout); }},
    ConfigKey{"idle_timeout", "Without a byte from the peer; longer than registrar.max_expires.",
              "",
              [](const Value& v, Config& c) {
                c.settings.connections.idle_timeout = v.duration(1s, hours{24 * 30});
              },
              [](const Config& c) { return time_text(c.settings.connections.idle_timeout); }},
    ConfigKey{"ping_interval", "A silent WebSocket is pinged, and closed if it does not answer.",
              "",
              [](const Value& v, Config& c) {
                c.settings.connections.ping_interval = v.duration(1s, hours{1});
              },
              [](const Config& c) { return time_text(c.settings.connections.ping_interval); }},
};

}  // namespace

std::span<const ConfigKey> tls_keys() { return tls; }
std::span<const HostKey> tls_host_keys() { return hosts; }
std::span<const ConfigKey> connection_keys() { return connections; }

void check_tls(const Value& table, const Config& config) {
  const auto& settings = config.settings.tls;
  if (!settings.require_client_certificate && settings.client_ca.empty())
    table.fail("needs 'client_ca' beside 'require_client_certificate'");
  if (settings.certificate.empty() == settings.private_key.empty()) return;
  table.fail(settings.certificate.empty() ? "needs 'certificate' beside 'private_key'"
                                          : "needs 'private_key' beside 'certificate'");
}

}  // namespace proxy::config
