#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sipstack/base/bytes.hpp"

namespace proxy::runtime::push {

/// A POST. Shared bytes, since it may be sent more than once.
struct HttpRequest {
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  sip::Bytes body;
};

/// What came back, or why nothing did.
struct HttpAnswer {
  int status{0};              ///< 0: there was no answer
  std::string error{};        ///< why there was none, plain words
  std::string body{};         ///< cut at the limit of who asked
  bool cut{false};            ///< it was longer
  std::string retry_after{};  ///< header values as they came
  std::string apns_id{};
  std::string date{};
};

}  // namespace proxy::runtime::push
