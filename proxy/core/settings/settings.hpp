#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proxy/core/settings/abuse_settings.hpp"
#include "proxy/core/settings/push_settings.hpp"
#include "sipstack/base/limits.hpp"
#include "sipstack/base/time.hpp"
#include "sipstack/transaction/timers.hpp"
#include "sipstack/transport/flow.hpp"

namespace proxy {

/// Plain settings with their defaults. Filled by proxy/config from TOML; tests fill it by hand.
/// Names follow the configuration file.
struct Settings {
  struct Listener {
    sip::Transport transport{sip::Transport::udp};
    sip::Endpoint address{};               ///< as configured; port 0: chosen by the system
    std::optional<std::string> advertise;  ///< "host" or "host:port"
    std::vector<std::string> origins{};    ///< pages that may open a WebSocket; empty: any
  };
  struct TlsHost {
    std::string name;  ///< lower case; "*.example.com" for all names one label longer
    std::string certificate;
    std::string private_key;
  };
  struct Tls {
    std::string certificate;  ///< PEM files; empty: a self-signed certificate is made
    std::string private_key;
    std::vector<TlsHost> hosts;
    std::string client_ca;  ///< clients are asked for a certificate signed by one of these
    bool require_client_certificate{true};  ///< who shows none is turned away
    std::string peer_ca;                    ///< trusted beside the system's when we connect
  };
  /// TCP, TLS and WebSocket; how many there may be is in `limits`.
  struct Connections {
    sip::Duration handshake_timeout{std::chrono::seconds{10}};
    sip::Duration first_message_timeout{std::chrono::seconds{30}};
    sip::Duration idle_timeout{std::chrono::hours{2}};
    sip::Duration ping_interval{std::chrono::seconds{45}};
  };
  struct TrustedPeer {
    sip::AddressBlock block;
    std::optional<sip::Transport> transport;  ///< any when not given
  };
  struct Pbx {
    struct Peer {
      sip::Transport transport{sip::Transport::udp};
      sip::Endpoint endpoint{};
      bool operator==(const Peer&) const = default;
    };
    std::string host;          ///< address or name
    std::uint16_t port{5060};  ///< of a name 0: its SRV records say
    sip::Transport transport{sip::Transport::udp};
    std::string tls_name{};     ///< what its certificate must be for; empty: `host`
    bool any_transport{false};  ///< of a name: its NAPTR and SRV records say
    std::vector<Peer> peers{};  ///< where the name leads now; kept by the engine
  };
  struct Dns {
    std::vector<sip::Endpoint> servers;  ///< empty: those of the system
    sip::Duration timeout{1'000};        ///< for one question to one server, asked twice
  };
  /// A copy of every SIP message goes to a capture server such as Homer.
  struct Capture {
    std::string host;  ///< address or name; empty: nothing is captured
    std::uint16_t port{9060};
    std::uint32_t id{1};
    std::string name{"sipwake"};
    std::string key{};  ///< sent as it is; empty: none
  };
  struct Auth {
    std::vector<std::string> algorithms{"SHA-256", "MD5"};
    std::vector<TrustedPeer> trusted;
    std::set<sip::Flow> trusted_flows{};  ///< by their certificate; kept by the engine
    sip::Duration nonce_lifetime{std::chrono::minutes{10}};
  };
  struct Registrar {
    std::chrono::seconds min_expires{60};
    std::chrono::seconds max_expires{3600};
    std::chrono::seconds default_expires{600};
    unsigned max_contacts{10};
    std::chrono::seconds flow_timer{120};  ///< how often a phone with outbound is to be heard
    bool refuse_unknown_push{false};       ///< 555 for a push service that is not there
  };
  struct Nat {
    enum class KeepAlive : std::uint8_t { off, crlf, options };
    KeepAlive keep_alive{KeepAlive::off};  ///< what phones behind NAT are sent over UDP
    sip::Duration interval{std::chrono::seconds{25}};
  };
  struct Device {
    std::chrono::seconds forget_after{std::chrono::hours{24 * 90}};
  };
  struct Wake {
    sip::Duration timeout{std::chrono::seconds{30}};
    sip::Duration retry{0};  ///< a second push when the device has not come by then; 0: none
    bool adaptive{false};    ///< hold no longer than the devices are known to need
    int provisional{180};    ///< 100, 180, 182 or 183
    bool unknown_devices{false};
    bool caller_details{true};  ///< pushes say who calls
    bool mid_dialog{true};      ///< also for requests inside a dialog, when the phone wants that
    bool refresh{false};        ///< before its registration ends, a phone that cannot wake itself
    /// INVITEs of one caller of a PBX to one user within this time are one call; 0: never.
    sip::Duration coalesce{0};
    /// `burst` pushes at once, and one more each `each`; a burst of 0: any number.
    struct Rate {
      unsigned burst{0};
      std::chrono::seconds each{0};
    };
    struct Budget {
      Rate device{60, std::chrono::minutes{2}};
      Rate callee{120, std::chrono::minutes{1}};
      Rate caller{1'000, std::chrono::seconds{10}};
    };
    Budget budget;
  };
  enum class Decline : std::uint8_t { everywhere, device };
  enum class Strategy : std::uint8_t { parallel, serial };
  struct Fork {
    Strategy strategy{Strategy::parallel};
    sip::Duration serial_timeout{std::chrono::seconds{20}};  ///< then the next lower q is asked
    sip::Duration ring_limit{std::chrono::minutes{5}};       ///< for the call as a whole
    Decline decline{Decline::everywhere};
    sip::Duration timer_c{std::chrono::seconds{185}};
  };
  /// Of which calls the messages' heads are kept.
  enum class MessageHeads : std::uint8_t {
    woken,  ///< those for which a phone was asked to wake
    all,
    off,
  };
  struct Calls {
    MessageHeads message_heads{MessageHeads::woken};
  };
  enum class MissedPush : std::uint8_t { off, push, message };
  struct LateCall {
    /// What holds for the devices of one platform instead.
    struct Window {
      std::optional<sip::Duration> window;
      std::optional<sip::Duration> push_window;
    };
    bool enabled{true};
    sip::Duration window{std::chrono::seconds{15}};
    sip::Duration push_window{std::chrono::seconds{45}};
    std::vector<std::string> platforms{"apns", "webhook"};
    std::vector<std::string> user_agents{"LinphoneiOS*"};
    MissedPush missed_push{MissedPush::off};  ///< what a phone that never came is told afterwards
    Window apns;                              ///< apns.dev too
    Window fcm;
    Window webpush;
    Window webhook;
  };
  using Webhook = WebhookSettings;
  using Apns = ApnsSettings;
  using Fcm = FcmSettings;
  using WebPush = WebPushSettings;
  enum class Durability : std::uint8_t { commit, fsync };

  std::vector<std::string> domains;  ///< first one is home; filled by the shell if empty
  std::vector<std::string> aliases;  ///< own addresses and names, canonical host texts
  std::string data_dir{"./sipwake-data"};
  std::string log_level{"info"};
  std::vector<Listener> listeners;  ///< empty: udp and tcp on 0.0.0.0:5060 and [::]:5060
  Tls tls;
  Connections connections;
  sip::Endpoint http_address{};  ///< default 127.0.0.1:8080, set by proxy/config
  std::optional<bool> http_tls{};
  /// As configured; else HTTPS where others than this machine come in.
  bool https() const { return http_tls.value_or(!http_address.address.is_loopback()); }
  Auth auth;
  AbuseSettings abuse;
  std::optional<Pbx> pbx;
  Dns dns;
  Capture capture;
  Registrar registrar;
  Nat nat;
  Device device;
  Wake wake;
  Fork fork;
  Calls calls;
  LateCall late_call;
  std::optional<Webhook> webhook;
  std::vector<Apns> apns;
  std::vector<Fcm> fcm;
  std::optional<WebPush> webpush;
  Durability durability{Durability::commit};
  sip::Limits limits;
  sip::transaction::TimerSettings timers;

  /// Where each bound listener is reached, by listener index: host and port for Via,
  /// Record-Route and Contact. Filled by the shell once the sockets are bound.
  struct Local {
    sip::Transport transport{sip::Transport::udp};
    sip::Endpoint bound{};
    std::string host;  ///< text for a URI or Via, brackets included
    std::uint16_t port{0};
  };
  std::vector<Local> locals;
};

}  // namespace proxy
