#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "sipstack/net/certificate.hpp"

namespace proxy::runtime::tls {

/// How long it is good: iOS takes no longer one, not even from who trusts it by hand (Apple,
/// "Requirements for trusted certificates in iOS 13"). It is renewed in time, with the same key.
constexpr std::chrono::days own_life{825};

/// What a self-signed certificate is for.
struct OwnNames {
  std::vector<std::string> names;
  std::vector<sip::Address> addresses;
};
/// Sorts host texts into names and addresses, each once.
OwnNames own_names(const std::vector<std::string>& hosts);

/// tls-self-signed.pem and .key in the data folder.
sip::net::IdentityFiles own_files(const std::string& data_dir);

/// Sees to it that there is one with more than the notice left (files.hpp); the key is for the
/// owner's eyes (mode 0600). True when it made one. Throws TlsError.
bool keep_own_certificate(const std::string& data_dir, const OwnNames& names,
                          std::chrono::sys_seconds now);

}  // namespace proxy::runtime::tls
