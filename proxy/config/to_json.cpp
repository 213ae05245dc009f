#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "proxy/config/config.hpp"

namespace proxy::config {
namespace {

/// "https://user:word@host/path?key=x" as "https://host/path".
std::string bare_url(std::string url) {
  url.resize(std::min(url.find_first_of("?#"), url.size()));
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const auto host = scheme + 3;
  const auto end = std::min(url.find('/', host), url.size());
  const auto at = url.rfind('@', end);
  if (at != std::string::npos && at >= host) url.erase(host, at + 1 - host);
  return url;
}

}  // namespace

std::string to_json(const Config& config) {
  auto shown = config;
  if (auto& webhook = shown.settings.webhook) {
    webhook->url = bare_url(webhook->url);
    for (auto& url : webhook->fallback) url = bare_url(url);
  }
  shown.settings.capture.key.clear();
  const auto table = toml::parse(print(shown));
  std::ostringstream json;
  json << toml::json_formatter{table};
  auto text = json.str();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text + '\n';
}

}  // namespace proxy::config
