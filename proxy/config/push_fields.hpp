#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "proxy/config/value.hpp"
#include "proxy/core/push/request.hpp"
#include "proxy/core/settings/push_settings.hpp"

namespace proxy::config {

/// "https://host[:port]" with nothing behind it.
std::string read_endpoint_url(const Value& value);
/// "http://host[:port]".
std::string read_proxy(const Value& value);
/// At most 8, each as read_webhook_url() takes it.
std::vector<std::string> read_webhook_urls(const Value& value);
/// "mailto:" or "https:" (RFC 8292 section 2.1).
std::string read_subject(const Value& value);
/// Apple's ids of keys and teams: 10 upper-case letters and digits.
std::string read_apple_id(const Value& value);
/// Bundle ids without ".voip", at least one.
std::vector<std::string> read_topics(const Value& value);
std::vector<std::string> read_senders(const Value& value);

/// The mode of a file that others than its owner may do something with: "0644"; empty: nobody may.
std::string loose_mode(const std::filesystem::path& file);
/// What a file with a private key holds, at most 64 kB. One that others than its owner may read is
/// refused.
std::string read_key_file(const Value& value, const std::filesystem::path& file);
/// What a payload file holds (schema/push.template.schema.json), checked for the service.
std::string read_payload_file(const Value& value, push::Service service);
/// Google's JSON of a service account.
void read_service_account(const Value& value, FcmSettings& fcm);

}  // namespace proxy::config
