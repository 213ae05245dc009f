#pragma once
#include <string_view>

#include "web/api/message.hpp"

namespace web::api {

/// Does the client take gzip (RFC 9110 section 12.5.3)? Weights other than 0 do not matter here.
bool takes_gzip(std::string_view accept_encoding);

/// May this reply be sent zipped? Lists and texts of over a kilobyte that were asked for by GET.
/// What may hold a secret never is, since its length would tell of it to who can have text of his
/// own beside it (BREACH): answers to changes, where new tokens are, what a phone is provisioned
/// with, and files to be kept, where the hashes of passwords are.
bool may_be_zipped(const Request& request, const Reply& reply);

}  // namespace web::api
