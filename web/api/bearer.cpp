#include "web/api/bearer.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"

namespace web::api {

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (!sip::iequals(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  const auto token = sip::trim(authorization.substr(scheme.size()));
  const auto good = [](char c) {
    return sip::is_alpha(c) || sip::is_digit(c) ||
           std::string_view{"-._~+/="}.find(c) != std::string_view::npos;
  };
  if (token.empty() || !std::all_of(token.begin(), token.end(), good)) return std::nullopt;
  return token;
}

}  // namespace web::api
