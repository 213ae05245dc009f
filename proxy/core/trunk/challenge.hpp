#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "proxy/core/record/trunk_rows.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/message/message.hpp"

namespace proxy::trunk {

/// Our answer to a trunk's 401 or 407, as a header of the request that is sent again.
struct Credentials {
  sip::HeaderName name{sip::HeaderName::proxy_authorization};
  std::string value;
};

/// A trunk's challenge, answered with its username and password (RFC 3261 section 22.3). Nothing
/// when it is no challenge, or none that can be answered: asked again for the same nonce, the
/// password is wrong; one may be stale once. `answered`: how often it was for this request.
std::optional<Credentials> answer(const record::Trunk& trunk, const sip::Message& response,
                                  std::string_view method, std::string_view uri, unsigned answered,
                                  sip::IdSource& ids);

}  // namespace proxy::trunk
