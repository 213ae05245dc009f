#include "proxy/config/keys.hpp"

#include <array>

#include "proxy/config/abuse_keys.hpp"
#include "proxy/config/call_keys.hpp"
#include "proxy/config/capture_keys.hpp"
#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"
#include "proxy/config/nat_keys.hpp"
#include "proxy/config/push_keys.hpp"
#include "proxy/config/transport_keys.hpp"
#include "proxy/config/wake_keys.hpp"

namespace proxy::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using namespace std::chrono_literals;
using ConfigKey = Key<Config>;

constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 3> algorithms{"SHA-512-256", "SHA-256", "MD5"};
constexpr std::array<std::string_view, 2> declines{"everywhere", "device"};
constexpr std::array<std::string_view, 2> strategies{"parallel", "serial"};
constexpr std::array<std::string_view, 3> missed_pushes{"off", "push", "message"};
constexpr std::array<std::string_view, 2> durabilities{"commit", "fsync"};

std::string flag_text(bool flag) { return flag ? "true" : "false"; }
std::string time_text(std::chrono::milliseconds time) { return in_quotes(to_text(time)); }

const std::array top_keys{
    ConfigKey{"domains", "What stands after the @ of the users; the first one is home.",
              R"(["example.com"])",
              [](const Value& v, Config& c) { c.settings.domains = read_domains(v); },
              [](const Config& c) {
                return c.settings.domains.empty() ? "" : list_of(c.settings.domains);
              }},
    ConfigKey{"data_dir", "sipwake.db, its lock and the control socket live here.", "",
              [](const Value& v, Config& c) { c.settings.data_dir = v.path().string(); },
              [](const Config& c) { return in_quotes(c.settings.data_dir); }},
    ConfigKey{"log_level", "debug, info, warn or error.", "",
              [](const Value& v, Config& c) {
                c.settings.log_level = log_levels[read_choice(v, log_levels)];
              },
              [](const Config& c) { return in_quotes(c.settings.log_level); }},
};

using ListenerKey = Key<Settings::Listener>;
const std::array listen_keys{
    ListenerKey{"transport", "udp, tcp, tls, ws or wss.", R"("udp")",
                [](const Value& v, Settings::Listener& l) { l.transport = read_transport(v); },
                [](const Settings::Listener& l) { return in_quotes(sip::to_string(l.transport)); },
                true},
    ListenerKey{"address", "Address and port; port 0: the system chooses, the log says which.",
                R"("0.0.0.0:5060")",
                [](const Value& v, Settings::Listener& l) { l.address = read_endpoint(v, true); },
                [](const Settings::Listener& l) { return in_quotes(l.address.to_string()); }, true},
    ListenerKey{
        "advertise", "What Via, Record-Route and Contact say instead, behind NAT.",
        R"("203.0.113.5:5060")",
        [](const Value& v, Settings::Listener& l) { l.advertise = read_advertise(v); },
        [](const Settings::Listener& l) { return l.advertise ? in_quotes(*l.advertise) : ""; }},
    ListenerKey{
        "origins", "Pages that may open a WebSocket (ws and wss); without it: any.",
        R"(["https://phone.example.com"])",
        [](const Value& v, Settings::Listener& l) { l.origins = read_origins(v); },
        [](const Settings::Listener& l) { return l.origins.empty() ? "" : list_of(l.origins); }},
};

const std::array http_keys{
    ConfigKey{"address", "Beyond loopback it is HTTPS, unless `tls` says otherwise.", "",
              [](const Value& v, Config& c) { c.settings.http_address = read_endpoint(v, true); },
              [](const Config& c) { return in_quotes(c.settings.http_address.to_string()); }},
    ConfigKey{"tls",
              "HTTPS, with the certificates of [tls]; false: plain HTTP, also beyond loopback.",
              "true", [](const Value& v, Config& c) { c.settings.http_tls = v.flag(); },
              [](const Config& c) -> std::string {
                if (!c.settings.http_tls) return "";
                return *c.settings.http_tls ? "true" : "false";
              }},
    ConfigKey{"metrics_token", "Whether /metrics needs a token.", "false",
              [](const Value& v, Config& c) { c.metrics_need_token = v.flag(); },
              [](const Config& c) { return std::string{c.metrics_need_token ? "true" : "false"}; }},
};

const std::array auth_keys{
    ConfigKey{"algorithms",
              "Digest algorithms offered (also \"SHA-512-256\"), the strongest first whatever "
              "their order.",
              "",
              [](const Value& v, Config& c) {
                c.settings.auth.algorithms = read_texts(v);
                for (const auto& entry : v.list()) read_choice(entry, algorithms);
                if (c.settings.auth.algorithms.empty()) v.fail("must name at least one");
              },
              [](const Config& c) { return list_of(c.settings.auth.algorithms); }},
    ConfigKey{"trusted", "Peers that need no digest: address or block, optionally a transport.", "",
              [](const Value& v, Config& c) {
                c.settings.auth.trusted.clear();
                for (const auto& entry : v.list())
                  c.settings.auth.trusted.push_back(read_peer(entry));
              },
              [](const Config& c) {
                std::vector<std::string> peers;
                for (const auto& peer : c.settings.auth.trusted) peers.push_back(to_text(peer));
                return list_of(peers);
              }},
};

const std::array pbx_keys{
    ConfigKey{
        "address",
        "What is not a local user goes there; its calls are trusted. A name is looked up (RFC "
        "3263).",
        R"("192.0.2.10:5060;transport=tcp")",
        [](const Value& v, Config& c) { c.settings.pbx = read_pbx(v); },
        [](const Config& c) { return c.settings.pbx ? in_quotes(to_text(*c.settings.pbx)) : ""; },
        true},
    ConfigKey{"tls_name", "Over TLS: what its certificate must be for, if not that address.",
              R"("pbx.example.com")",
              [](const Value& v, Config& c) {
                if (c.settings.pbx) c.settings.pbx->tls_name = read_host(v);
              },
              [](const Config& c) {
                const bool set = c.settings.pbx && !c.settings.pbx->tls_name.empty();
                return set ? in_quotes(c.settings.pbx->tls_name) : "";
              }},
};

const std::array dns_keys{
    ConfigKey{"servers", "Asked for the PBX's name; without any: those of the system.",
              R"(["192.0.2.53"])",
              [](const Value& v, Config& c) { c.settings.dns.servers = read_name_servers(v); },
              [](const Config& c) {
                std::vector<std::string> servers;
                for (const auto& one : c.settings.dns.servers) servers.push_back(one.to_string());
                return servers.empty() ? "" : list_of(servers);
              }},
    ConfigKey{"timeout", "For one question to one server, which is asked twice; 5s in all.", "",
              [](const Value& v, Config& c) { c.settings.dns.timeout = v.duration(100ms, 5s); },
              [](const Config& c) { return time_text(c.settings.dns.timeout); }},
};

const std::array registrar_keys{
    ConfigKey{"min_expires", "A shorter registration is refused with 423.", "",
              [](const Value& v, Config& c) {
                c.settings.registrar.min_expires = v.seconds(1s, hours{24});
              },
              [](const Config& c) { return time_text(c.settings.registrar.min_expires); }},
    ConfigKey{"max_expires", "A longer one is shortened to this.", "",
              [](const Value& v, Config& c) {
                c.settings.registrar.max_expires = v.seconds(1s, hours{24 * 30});
              },
              [](const Config& c) { return time_text(c.settings.registrar.max_expires); }},
    ConfigKey{"default_expires", "For a phone that asks for nothing.", "",
              [](const Value& v, Config& c) {
                c.settings.registrar.default_expires = v.seconds(1s, hours{24 * 30});
              },
              [](const Config& c) { return time_text(c.settings.registrar.default_expires); }},
    ConfigKey{"max_contacts", "Registrations a user may have at a time.", "",
              [](const Value& v, Config& c) {
                const auto most = static_cast<std::int64_t>(sip::Limits{}.devices_per_user);
                c.settings.registrar.max_contacts = static_cast<unsigned>(v.number(1, most));
              },
              [](const Config& c) { return std::to_string(c.settings.registrar.max_contacts); }},
    ConfigKey{"flow_timer", "A phone with outbound lets its connection be heard this often.", "",
              [](const Value& v, Config& c) {
                c.settings.registrar.flow_timer = v.seconds(10s, hours{1});
              },
              [](const Config& c) { return time_text(c.settings.registrar.flow_timer); }},
    ConfigKey{
        "refuse_unknown_push",
        "555 for a phone that asks for a push service that is not there (RFC 8599).", "",
        [](const Value& v, Config& c) { c.settings.registrar.refuse_unknown_push = v.flag(); },
        [](const Config& c) { return flag_text(c.settings.registrar.refuse_unknown_push); }},
};

const std::array device_keys{
    ConfigKey{"forget_after", "A phone that was not heard of for so long is not woken any more.",
              "",
              [](const Value& v, Config& c) {
                c.settings.device.forget_after = v.seconds(hours{1}, hours{24 * 3650});
              },
              [](const Config& c) { return time_text(c.settings.device.forget_after); }},
};

const std::array fork_keys{
    ConfigKey{
        "strategy", "parallel: all phones at once; serial: the highest q first, then the next.", "",
        [](const Value& v, Config& c) {
          c.settings.fork.strategy = static_cast<Settings::Strategy>(read_choice(v, strategies));
        },
        [](const Config& c) {
          return in_quotes(strategies[static_cast<std::size_t>(c.settings.fork.strategy)]);
        }},
    ConfigKey{"serial_timeout", "How long the phones of one q are asked before the next.", "",
              [](const Value& v, Config& c) {
                c.settings.fork.serial_timeout = v.duration(1s, minutes{5});
              },
              [](const Config& c) { return time_text(c.settings.fork.serial_timeout); }},
    ConfigKey{
        "ring_limit", "How long a call may be held and ring in all; then the caller gets 480.", "",
        [](const Value& v, Config& c) { c.settings.fork.ring_limit = v.duration(5s, hours{1}); },
        [](const Config& c) { return time_text(c.settings.fork.ring_limit); }},
    ConfigKey{"decline", "Who a decline (6xx) ends the call for: everywhere, or that device.", "",
              [](const Value& v, Config& c) {
                c.settings.fork.decline = static_cast<Settings::Decline>(read_choice(v, declines));
              },
              [](const Config& c) {
                return in_quotes(declines[static_cast<std::size_t>(c.settings.fork.decline)]);
              }},
    ConfigKey{
        "timer_c",
        "How long one phone may ring on without news; above 3 minutes (RFC 3261 section 16.6).", "",
        [](const Value& v, Config& c) { c.settings.fork.timer_c = v.duration(181s, hours{1}); },
        [](const Config& c) { return time_text(c.settings.fork.timer_c); }},
};

const std::array late_call_keys{
    ConfigKey{"enabled", "Close the call screen of a phone that woke too late.", "",
              [](const Value& v, Config& c) { c.settings.late_call.enabled = v.flag(); },
              [](const Config& c) { return flag_text(c.settings.late_call.enabled); }},
    ConfigKey{
        "window", "How long after the end of a call a phone may come for it.", "",
        [](const Value& v, Config& c) { c.settings.late_call.window = v.duration(1s, minutes{5}); },
        [](const Config& c) { return time_text(c.settings.late_call.window); }},
    ConfigKey{"push_window", "The same, counted from the push; the later of the two holds.", "",
              [](const Value& v, Config& c) {
                c.settings.late_call.push_window = v.duration(1s, minutes{10});
              },
              [](const Config& c) { return time_text(c.settings.late_call.push_window); }},
    ConfigKey{"platforms", "Push services whose phones need it.", "",
              [](const Value& v, Config& c) { c.settings.late_call.platforms = read_texts(v); },
              [](const Config& c) { return list_of(c.settings.late_call.platforms); }},
    ConfigKey{"user_agents", "And phones whose User-Agent matches one of these (* and ?).", "",
              [](const Value& v, Config& c) { c.settings.late_call.user_agents = read_texts(v); },
              [](const Config& c) { return list_of(c.settings.late_call.user_agents); }},
    ConfigKey{"missed_push", "Tell a phone that never came of the missed call: off, push, message.",
              "",
              [](const Value& v, Config& c) {
                c.settings.late_call.missed_push =
                    static_cast<Settings::MissedPush>(read_choice(v, missed_pushes));
              },
              [](const Config& c) {
                const auto how = static_cast<std::size_t>(c.settings.late_call.missed_push);
                return in_quotes(missed_pushes[how]);
              }},
};

using LateWindow = Settings::LateCall::Window;

std::string optional_time(const std::optional<sip::Duration>& time) {
  return time ? time_text(*time) : "";
}

template <LateWindow Settings::LateCall::*platform>
const std::array window_keys{
    ConfigKey{
        "window", "How long after the end of a call a phone of this platform may come.", R"("15s")",
        [](const Value& v, Config& c) {
          (c.settings.late_call.*platform).window = v.duration(1s, minutes{5});
        },
        [](const Config& c) { return optional_time((c.settings.late_call.*platform).window); }},
    ConfigKey{"push_window", "The same, counted from the push.", R"("45s")",
              [](const Value& v, Config& c) {
                (c.settings.late_call.*platform).push_window = v.duration(1s, minutes{10});
              },
              [](const Config& c) {
                return optional_time((c.settings.late_call.*platform).push_window);
              }},
};

const std::array store_keys{
    ConfigKey{"durability", "commit: survives kill -9; fsync: survives power loss, slower.", "",
              [](const Value& v, Config& c) {
                c.settings.durability =
                    static_cast<Settings::Durability>(read_choice(v, durabilities));
              },
              [](const Config& c) {
                return in_quotes(durabilities[static_cast<std::size_t>(c.settings.durability)]);
              }},
};

void check_expires(const Value& table, const Config& config) {
  const auto& registrar = config.settings.registrar;
  if (registrar.min_expires <= registrar.default_expires &&
      registrar.default_expires <= registrar.max_expires)
    return;
  const std::string why = "must give min_expires <= default_expires <= max_expires, not " +
                          to_text(registrar.min_expires) + ", " +
                          to_text(registrar.default_expires) + ", " +
                          to_text(registrar.max_expires);
  for (const auto* key : {"default_expires", "max_expires", "min_expires"})
    if (const auto value = table.child(key)) value->fail(why);
}

/// Our Via and Contact have to name a listener that the PBX's answers can come to.
void check_pbx(const Value& table, const Config& config) {
  const auto& settings = config.settings;
  if (settings.pbx->transport != sip::Transport::tls) return;
  for (const auto& listener : settings.listeners)
    if (listener.transport == sip::Transport::tls) return;
  table.fail("uses tls, which needs a [[listen]] with transport = \"tls\"");
}

const std::array all_sections{
    Section{"", "", top_keys},
    Section{"tls", "Certificates for tls and wss; without them a self-signed one is made.",
            tls_keys(), check_tls},
    Section{"connections", "TCP, TLS and WebSocket.", connection_keys()},
    Section{"http", "The API, the metrics and the page.", http_keys},
    Section{"auth", "", auth_keys},
    Section{"abuse", "What a stranger may do. See README, \"Strangers at the door\".",
            abuse_keys()},
    Section{"pbx", "The short way to a PBX.", pbx_keys, check_pbx},
    Section{"dns", "", dns_keys},
    Section{"capture", "Copies of all SIP messages for a capture server, in plain text.",
            capture_keys()},
    Section{"registrar", "", registrar_keys, check_expires},
    Section{"nat", "So that phones behind NAT stay reachable.", nat_keys()},
    Section{"device", "", device_keys},
    Section{"wake", "While a call is held for a sleeping phone.", wake_keys()},
    Section{"wake.budget",
            "So that nobody is made to ring all night; a trusted PBX has ten times it.",
            wake_budget_keys()},
    Section{"fork", "", fork_keys},
    Section{"calls", "What is recorded of calls.", call_keys()},
    Section{"late_call", "For a phone that wakes when the call is over.", late_call_keys},
    Section{"late_call.apns",
            "Other windows for the phones of one push service, where they differ.",
            window_keys<&Settings::LateCall::apns>},
    Section{"late_call.fcm", "", window_keys<&Settings::LateCall::fcm>},
    Section{"late_call.webpush", "", window_keys<&Settings::LateCall::webpush>},
    Section{"late_call.webhook", "", window_keys<&Settings::LateCall::webhook>},
    Section{"push.webhook", "Wakes phones through a service of your own.", webhook_keys()},
    Section{"push.webpush", "Wakes phones that are web pages.", webpush_keys()},
    Section{"store", "", store_keys},
};

}  // namespace

std::span<const Section> sections() { return all_sections; }
std::span<const Key<Settings::Listener>> listener_keys() { return listen_keys; }

}  // namespace proxy::config
