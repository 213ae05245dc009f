#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sipstack/net/openssl.hpp"

namespace test {

/// A key of the stand-ins' own making, as the services hand them out.
struct MadeKey {
  sip::net::KeyPtr key;
  std::string pem;
};
MadeKey make_ec_key();
MadeKey make_rsa_key();

struct Jwt {
  nlohmann::json header;
  nlohmann::json claims;
};
/// Nothing when it is no token of this algorithm ("ES256" or "RS256"), or not signed by this key.
std::optional<Jwt> check_jwt(const std::string& token, const std::string& algorithm, EVP_PKEY* key);

}  // namespace test
