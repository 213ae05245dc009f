#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "proxy/core/settings/settings.hpp"
#include "sipstack/net/tls_context.hpp"

namespace proxy::runtime::tls {

/// From here on people are told that a certificate expires.
constexpr std::chrono::days notice{14};

/// True when there is a listener that needs a certificate.
bool is_needed(const Settings& settings);
/// True when none is configured, so that the server shows one of its own.
bool is_own(const Settings& settings);
/// The files to read; where none are configured, those of the server's own certificate.
sip::net::TlsSettings files_of(const Settings& settings);

/// What is wrong with the configured files, one line each with the file: missing, does not parse,
/// does not belong to its key, has expired.
std::vector<std::string> problems(const Settings& settings, std::chrono::sys_seconds now);

}  // namespace proxy::runtime::tls
