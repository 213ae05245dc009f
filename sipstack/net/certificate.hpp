#pragma once
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "sipstack/net/openssl.hpp"
#include "sipstack/transport/endpoint.hpp"

namespace sip::net {

/// A certificate or key cannot be used. what() names the file: "cert.pem: holds no certificate".
class TlsError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where a certificate with its chain and its key lie, both PEM.
struct IdentityFiles {
  std::string certificate;
  std::string private_key;
};

/// A certificate chain, the server's own first, and the key of the first.
struct Identity {
  std::vector<X509Ptr> chain;
  KeyPtr key;
};
/// Throws TlsError when a file is missing, does not parse, or the two do not belong together.
Identity read_identity(const IdentityFiles& files);

/// The certificates of a file, at least one. Throws TlsError.
std::vector<X509Ptr> read_certificates(const std::string& file);

/// What people want to know of a certificate.
struct CertificateFacts {
  std::string file;
  std::vector<std::string> names;  ///< DNS names and addresses it is for
  std::chrono::sys_seconds expires{};
  std::string fingerprint;  ///< SHA-256: "AB:01:..."
  bool self_signed{false};
};
CertificateFacts facts_of(const X509& certificate, std::string file);

/// The domains it speaks for: the hosts of its sip URIs without a user, or without any such its DNS
/// names (RFC 5922 section 7.1). Lower case, at most 16; a wildcard is none.
std::vector<std::string> sip_domains_of(const X509& certificate);

/// PEM texts of a new certificate.
struct NewIdentity {
  std::string certificate;
  std::string private_key;
};
/// Signed by its own key (EC P-256), for these names and addresses, good until `until`. `key` is an
/// earlier one to keep, or null for a new one. Throws TlsError.
NewIdentity make_self_signed(const std::vector<std::string>& names,
                             const std::vector<Address>& addresses, std::chrono::sys_seconds from,
                             std::chrono::sys_seconds until, KeyPtr key = nullptr);
/// The key of a PEM file. Throws TlsError.
KeyPtr read_key(const std::string& file);

}  // namespace sip::net
