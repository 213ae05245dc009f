#include "proxy/runtime/tls/health.hpp"

#include <filesystem>

#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/tls/files.hpp"

namespace proxy::runtime::tls {
namespace {

using Level = Finding::Level;
using sip::net::CertificateFacts;

Finding expiry_of(const CertificateFacts& facts, std::chrono::sys_seconds now) {
  const auto day = log::timestamp(facts.expires);
  const auto left = std::chrono::floor<std::chrono::days>(facts.expires - now).count();
  if (facts.expires <= now) return {Level::bad, facts.file + ": has expired on " + day};
  if (facts.expires - now <= notice)
    return {Level::note, facts.file + ": expires in " + std::to_string(left) + " days, on " + day};
  return {Level::good, facts.file + ": is good until " + day};
}

void look_at(const sip::net::IdentityFiles& files, std::chrono::sys_seconds now,
             std::vector<Finding>& found) {
  try {
    const auto identity = sip::net::read_identity(files);
    const auto facts = sip::net::facts_of(*identity.chain.front(), files.certificate);
    found.push_back(expiry_of(facts, now));
    if (facts.self_signed)
      found.push_back({Level::note, facts.file +
                                        ": is self-signed, so phones refuse it until they are "
                                        "told to trust SHA-256 " +
                                        facts.fingerprint});
  } catch (const sip::net::TlsError& error) {
    found.push_back({Level::bad, error.what()});
  }
}

}  // namespace

std::vector<Finding> examine(const Settings& settings, std::chrono::sys_seconds now) {
  std::vector<Finding> found;
  if (!is_needed(settings)) return found;
  const auto files = files_of(settings);
  std::error_code unknown;
  if (is_own(settings) && !std::filesystem::exists(files.files.certificate, unknown))
    found.push_back({Level::note, files.files.certificate +
                                      ": is made at the first start, for no certificate is "
                                      "configured"});
  else
    look_at(files.files, now, found);
  for (const auto& host : files.hosts) look_at(host.files, now, found);
  for (const auto& file : {files.client_ca, files.peer_ca}) {
    if (file.empty()) continue;
    try {
      sip::net::read_certificates(file);
    } catch (const sip::net::TlsError& error) {
      found.push_back({Level::bad, error.what()});
    }
  }
  return found;
}

}  // namespace proxy::runtime::tls
