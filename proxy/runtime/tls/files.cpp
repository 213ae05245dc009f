#include "proxy/runtime/tls/files.hpp"

#include <algorithm>

#include "proxy/runtime/log/log.hpp"
#include "proxy/runtime/tls/own_certificate.hpp"

namespace proxy::runtime::tls {
namespace {

using sip::net::TlsError;

void check_identity(const sip::net::IdentityFiles& files, std::chrono::sys_seconds now,
                    std::vector<std::string>& found) {
  try {
    const auto identity = sip::net::read_identity(files);
    const auto facts = sip::net::facts_of(*identity.chain.front(), files.certificate);
    if (facts.expires <= now)
      found.push_back(files.certificate + ": has expired on " + log::timestamp(facts.expires));
  } catch (const TlsError& error) {
    found.emplace_back(error.what());
  }
}

void check_authorities(const std::string& file, std::vector<std::string>& found) {
  if (file.empty()) return;
  try {
    sip::net::read_certificates(file);
  } catch (const TlsError& error) {
    found.emplace_back(error.what());
  }
}

}  // namespace

bool is_needed(const Settings& settings) {
  return settings.https() ||
         std::any_of(settings.listeners.begin(), settings.listeners.end(), [](const auto& one) {
           return one.transport == sip::Transport::tls || one.transport == sip::Transport::wss;
         });
}

bool is_own(const Settings& settings) { return settings.tls.certificate.empty(); }

sip::net::TlsSettings files_of(const Settings& settings) {
  sip::net::TlsSettings files;
  files.files = is_own(settings)
                    ? own_files(settings.data_dir)
                    : sip::net::IdentityFiles{settings.tls.certificate, settings.tls.private_key};
  for (const auto& host : settings.tls.hosts)
    files.hosts.push_back({host.name, {host.certificate, host.private_key}});
  files.client_ca = settings.tls.client_ca;
  files.client_must = settings.tls.require_client_certificate;
  files.peer_ca = settings.tls.peer_ca;
  return files;
}

std::vector<std::string> problems(const Settings& settings, std::chrono::sys_seconds now) {
  std::vector<std::string> found;
  const auto files = files_of(settings);
  if (!is_own(settings)) check_identity(files.files, now, found);
  for (const auto& host : files.hosts) check_identity(host.files, now, found);
  check_authorities(files.client_ca, found);
  check_authorities(files.peer_ca, found);
  return found;
}

}  // namespace proxy::runtime::tls
