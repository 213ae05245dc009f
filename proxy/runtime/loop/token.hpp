#pragma once
#include <string>

namespace proxy::runtime {

/// A bearer token of the HTTP API: 32 random bytes as base64url behind "sw_". Only its SHA-256 is
/// kept, so it can be shown once.
struct Token {
  std::string text;
  std::string hash;  ///< of the text, lower-case hex
};

/// Throws std::system_error when the system gives no randomness.
Token make_token();

}  // namespace proxy::runtime
