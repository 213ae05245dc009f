#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/rows.hpp"

namespace web::api {

/// How a phone reaches this server.
struct WayIn {
  std::string transport;  ///< "tls", "tcp", "udp"
  std::string host;
  std::uint16_t port{0};
  bool operator==(const WayIn&) const = default;
};

/// The best of these: TLS, else TCP, else UDP; over TLS by a name the certificate has, because a
/// phone compares it. None of them is for phones: an empty transport.
WayIn way_in(const std::vector<WayIn>& ways, const std::vector<std::string>& certificate_names);

/// An account as Linphone fetches it ("remote provisioning"): identity, server, push, and the HA1s
/// instead of the password, which nobody knows.
std::string provisioning_xml(const proxy::record::User& user, const WayIn& way);

}  // namespace web::api
