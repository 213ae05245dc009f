#pragma once
#include <cstdint>
#include <string_view>

namespace sip {

/// Request methods that mean something to a proxy; everything else is `other` and goes by its text.
enum class Method : std::uint8_t {
  other,
  invite,
  ack,
  bye,
  cancel,
  register_,
  options,
  prack,
  subscribe,
  notify,
  publish,
  info,
  refer,
  message,
  update,
};

Method parse_method(std::string_view text);  ///< case-sensitive, RFC 3261 section 7.1
std::string_view to_string(Method method);   ///< `other` gives an empty view

/// Header fields the server looks at; everything else is `other` and is copied as it came.
enum class HeaderName : std::uint8_t {
  other,
  accept,
  allow,
  allow_events,
  authorization,
  call_id,
  contact,
  content_disposition,
  content_encoding,
  content_length,
  content_type,
  cseq,
  date,
  event,
  expires,
  feature_caps,
  flow_timer,
  from,
  max_breadth,
  max_forwards,
  min_expires,
  min_se,
  p_asserted_identity,
  p_preferred_identity,
  path,
  privacy,
  proxy_authenticate,
  proxy_authorization,
  proxy_require,
  rack,
  reason,
  record_route,
  refer_to,
  remote_party_id,
  replaces,
  require,
  retry_after,
  route,
  rseq,
  server,
  service_route,
  session_expires,
  subject,
  supported,
  timestamp,
  to,
  unsupported,
  user_agent,
  via,
  warning,
  www_authenticate,
};
inline constexpr std::size_t header_name_count = 51;

/// Case-insensitive, compact forms included (RFC 3261 section 7.3.3).
HeaderName parse_header_name(std::string_view text);
/// The full form: "Call-ID". `other` gives an empty view.
std::string_view to_string(HeaderName name);

/// Reason phrase of RFC 3261 section 21 (and later registrations); "Unknown" when there is none.
std::string_view reason_phrase(int status);

}  // namespace sip
