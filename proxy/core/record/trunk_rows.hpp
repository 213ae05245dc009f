#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "sipstack/base/time.hpp"

namespace proxy::record {

/// Somebody calls leave to and come from: a provider, a PBX. Lists are texts, one item a line, as
/// trunk::parse_targets and trunk::parse_sources read them.
struct Trunk {
  std::int64_t id{0};
  std::string name;  ///< lower case letters, digits, "._-"; as routes name it
  bool enabled{true};
  std::string targets;           ///< "sip.example.com;transport=tls 10 100": priority and weight
  std::string domain;            ///< of the URIs it is sent; empty: the first target's
  std::string username;          ///< what its challenges are answered with
  std::string password;          ///< a secret
  bool registers{false};         ///< we register there
  std::uint32_t expires{3'600};  ///< of that registration, in seconds
  std::uint32_t probe{0};        ///< seconds between two OPTIONS to each target; 0: none
  std::uint32_t channels{0};     ///< calls at a time, both ways; 0: any number
  std::string sources;           ///< "192.0.2.0/24 udp": calls from there are its; and its targets
  std::string inbound_username;  ///< calls with these credentials are its
  std::string inbound_password;  ///< a secret
  std::string inbound_certificate;  ///< calls over TLS whose certificate is for this domain are its
  std::string tls_name;             ///< what its certificates must be for; empty: the target's name
  bool asserts_identity{true};      ///< P-Asserted-Identity and such go there and are believed
  sip::WallTime created_at{};
  bool operator==(const Trunk&) const = default;
};

/// What becomes of calls that are for no user: the first route that matches decides.
struct Route {
  std::int64_t id{0};
  std::string name;
  bool enabled{true};
  std::uint32_t position{100};  ///< the lowest is asked first, then the lowest id
  std::string from{"users"};    ///< whose calls: "users", "trunks", "any", or a trunk's name
  std::string caller;           ///< trunk::Pattern; empty: any
  std::string callee;
  std::uint32_t strip{0};   ///< characters taken off the front of the number
  std::string prepend;      ///< then put in front of it
  std::string set_caller;   ///< a number, or user@domain; empty: as it is
  bool emergency{false};    ///< no limit holds
  std::string user;         ///< goes to this user,
  std::string trunk;        ///< or out by this trunk,
  std::uint32_t reject{0};  ///< or is refused with this status
  sip::WallTime created_at{};
  bool operator==(const Route&) const = default;
};

}  // namespace proxy::record
