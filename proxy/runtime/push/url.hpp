#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proxy::runtime::push {

/// Where an http or https URL leads.
struct Target {
  std::string host;  ///< name or address, without brackets
  std::uint16_t port{80};
  std::string path{"/"};    ///< with its query
  std::string host_header;  ///< as it stood in the URL
  bool tls{false};          ///< https
  bool operator==(const Target&) const = default;
};

/// Nothing when url_problem() says something.
std::optional<Target> parse_url(std::string_view url);
/// Why a webhook URL cannot be used, for a start-up error; empty when it can.
std::string url_problem(std::string_view url);

}  // namespace proxy::runtime::push
