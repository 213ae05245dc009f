#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "proxy/core/push/request.hpp"
#include "proxy/core/push/webhook.hpp"

namespace proxy::push {

/// What is sent for a notice, and what is sent instead when the service finds that too large.
struct Payload {
  std::string body;
  std::string slim_body;
};

/// Fills a template for this service: APNs, FCM or Web Push. `custom` is the text of the app's
/// payload file, checked by template_problem(); empty, or without a member for this event: the
/// default, which is what liblinphone needs. Values go in as JSON values, so that nothing from the
/// wire is ever read as JSON. Never longer than the service takes: a name is cut, then what is not
/// needed to find the call is left out.
Payload payload_of(Service service, std::string_view custom, const CallNotice& notice);

/// Why a payload file (schema/push.template.schema.json) cannot be used; empty when it can.
std::string template_problem(Service service, std::string_view text);

/// How many bytes of payload a service takes for this kind of push.
std::size_t payload_limit(Service service, Kind kind);

/// The template with each {placeholder} in its texts replaced; a text that is nothing but one for a
/// number becomes a number. "{{" stands for a brace.
nlohmann::json fill(const nlohmann::json& pattern, const CallNotice& notice);

/// What the event of a notice is to do on the phone.
Kind kind_of(const CallNotice& notice);

}  // namespace proxy::push
