#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "sipstack/base/time.hpp"

namespace proxy {

// The push services that are spoken to ([push.*] of the file). Where a file is named, what was in
// it stands beside its name; the contents of keys and secrets are never logged or shown.

/// How a service is reached when not as usual.
struct PushReach {
  std::string endpoint;  ///< "https://host:port" instead of the service's own; empty: its own
  std::string ca_file;   ///< PEM; trusted beside the system's
  std::string proxy;     ///< "http://host:port" that is asked for a tunnel (CONNECT); empty: none
};

/// One key of one team, and the apps it may wake.
struct ApnsSettings {
  std::string key_file;
  std::string key;                  ///< PEM
  std::string key_id;               ///< 10 characters
  std::string team_id;              ///< 10 characters
  std::vector<std::string> topics;  ///< bundle ids, without ".voip"
  PushReach reach;                  ///< `endpoint` is for both environments
  std::string sandbox_endpoint;     ///< for devices of the sandbox alone
  std::string payload_file;
  std::string payload;  ///< JSON: what its pushes say; empty: what liblinphone needs
};

/// One service account, which is one project.
struct FcmSettings {
  std::string service_account_file;
  std::string project_id;
  std::string client_email;
  std::string private_key_id;
  std::string private_key;  ///< PEM
  std::string token_uri;
  std::vector<std::string> senders;  ///< project numbers, which some phones give instead of the id
  PushReach reach;
  std::string payload_file;
  std::string payload;  ///< as for APNs
};

struct WebPushSettings {
  std::string subject;   ///< "mailto:ops@example.com" or an https URL: whom a service may ask
  std::string key_file;  ///< empty: a key is made in the data folder
  std::string key;       ///< PEM; empty as above
  std::string ca_file;
  std::string proxy;
  bool private_addresses{false};  ///< subscriptions may lead to them; for tests
  std::string payload_file{};
  std::string payload{};     ///< as for APNs
  std::string public_key{};  ///< base64url, as phones are told it; filled by the shell
};

struct WebhookSettings {
  std::string url;
  std::string secret;  ///< contents of secret_file, may be empty
  sip::Duration timeout{std::chrono::seconds{5}};
  std::vector<std::string> fallback{};  ///< URLs asked in turn when the first does not answer
  unsigned parallel{8};                 ///< requests at a time
  std::string ca_file{};
  std::string proxy{};  ///< asked for a tunnel to https addresses (CONNECT); empty: none
};

}  // namespace proxy
