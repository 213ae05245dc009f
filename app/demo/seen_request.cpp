#include "app/demo/seen_request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proxy/core/story/story.hpp"

namespace app::demo {
namespace {

constexpr std::size_t credentials_shown = 24;
constexpr std::size_t value_max = 200;

/// Indented; or the text as it is when it is no JSON.
std::string pretty(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::string{text};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

void add_line(std::string& out, std::string_view line) {
  out.append("    ").append(proxy::story::printable(line)).append("\n");
}

void add_lines(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    add_line(out, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::string text_of(const SeenRequest& request) {
  std::string out;
  add_line(out, request.line);
  for (const auto& [name, value] : request.headers) {
    const auto most = name == "authorization" ? credentials_shown : value_max;
    const bool whole = value.size() <= most;
    std::string line = name + ": " + value.substr(0, most);
    if (!whole) line += "…";
    add_line(out, line);
  }
  for (const auto& [name, json] : request.read)
    add_line(out, std::string{name}.append(" ").append(json));
  add_lines(out, request.body.empty() ? "(no body)" : pretty(request.body));
  return out;
}

}  // namespace app::demo
