#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/core/record/rows.hpp"
#include "proxy/core/settings/settings.hpp"
#include "sipstack/message/message.hpp"

namespace proxy::registrar {

/// One Contact of a REGISTER, read and checked.
struct WantedContact {
  std::string uri;
  std::string device_key;  ///< as in record::Device::key
  std::string instance;
  record::PushTarget push;
  std::string push_service;   ///< pn-provider in lower case, whether or not it asks for pushes
  bool asks_services{false};  ///< pn-provider without pn-prid: which services are there?
  bool wakes_itself{false};   ///< +sip.pnsreg: it refreshes without being woken
  std::uint32_t reg_id{0};    ///< 0: none, or the phone does not support outbound
  std::uint16_t q{1000};
  std::chrono::seconds expires{0};  ///< 0: remove it
};

/// A REGISTER, read (RFC 3261 section 10.3, RFC 5626, RFC 8599).
struct RegisterRequest {
  bool remove_all{false};  ///< Contact: * with Expires: 0
  std::vector<WantedContact> contacts;
  std::string call_id;
  std::uint32_t cseq{0};
  std::string path;
  std::string user_agent;
  bool outbound{false};       ///< a contact is added that keeps its flow open (RFC 5626)
  bool gruu{false};           ///< its 200 may name GRUUs (RFC 5627)
  bool pushed_before{false};  ///< a proxy on the way wakes the phone (RFC 8599 section 5): not we
};

/// What a REGISTER that cannot be done is answered.
struct Refusal {
  int status{400};
  std::string reason;
  std::chrono::seconds min_expires{0};  ///< with 423
};

/// Reads the request, or says why it cannot be done. Expiries are clamped to the limits.
std::optional<Refusal> read_register(const sip::Message& request, const Settings& settings,
                                     RegisterRequest& out);

/// Push coordinates in a Contact URI: pn-provider, pn-param, pn-prid, or the older app-id,
/// pn-type, pn-tok of Linphone; for Web Push x-pn-p256dh and x-pn-auth too. Empty when the URI asks
/// for no push.
record::PushTarget push_target(std::string_view contact_uri);

}  // namespace proxy::registrar
