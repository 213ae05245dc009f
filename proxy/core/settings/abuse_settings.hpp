#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "sipstack/base/time.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace proxy {

/// What one source may do (`[abuse]`). A source is an IPv4 address or the /64 of an IPv6 one; who
/// has authenticated on its flow is counted by itself and not with its address.
struct AbuseSettings {
  std::vector<sip::AddressBlock> exempt;
  unsigned messages{500};         ///< a second, of a source; ten seconds' worth at once
  unsigned requests{200};         ///< a second that begin something new, of a source; likewise
  unsigned device_messages{500};  ///< a second on one authenticated flow; likewise
  unsigned pushes{120};           ///< a minute that a source may cause; five minutes' worth at once
  unsigned failed_logins{20};     ///< wrong passwords before a ban; one a minute is forgiven
  std::vector<sip::Duration> ban_times{std::chrono::minutes{1}, std::chrono::minutes{5},
                                       std::chrono::minutes{30}, std::chrono::hours{4},
                                       std::chrono::hours{24}};
  sip::Duration forget_after{std::chrono::hours{24}};
  /// Programs that look for victims, by the beginning of their User-Agent; they get no answer.
  std::vector<std::string> scanners{"friendly-scanner",
                                    "friendly-request",
                                    "sipvicious",
                                    "sipcli",
                                    "sip-scan",
                                    "sundayddr",
                                    "pplsip",
                                    "VaxSIPUserAgent",
                                    "VaxIPUserAgent",
                                    "iWar",
                                    "SIVuS",
                                    "siparmyknife",
                                    "SIPBomber",
                                    "Siprogue"};
};

}  // namespace proxy
