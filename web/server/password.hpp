#pragma once
#include <string>
#include <string_view>

namespace web::server {

/// The password with a fresh salt through scrypt (RFC 7914): "scrypt:15:8:1:SALT:KEY", hex. Takes
/// about a tenth of a second and 32 MB. Throws std::runtime_error when OpenSSL fails.
std::string hash_password(std::string_view password);
/// False for a wrong password and for a hash that is none.
bool is_password(std::string_view hash, std::string_view password);

/// 20 letters and digits that are not taken for one another, 100 bits of randomness.
std::string make_password();
/// So many random bytes as hex.
std::string random_hex(std::size_t bytes);

}  // namespace web::server
