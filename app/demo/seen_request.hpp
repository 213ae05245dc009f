#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace app::demo {

/// A request as a push service saw it.
struct SeenRequest {
  std::string line;                                          ///< "POST /push"
  std::vector<std::pair<std::string, std::string>> headers;  ///< in the order they are shown
  std::vector<std::pair<std::string, std::string>> read;     ///< what it read out of them, by name
  std::string body;                                          ///< JSON, or what a browser read
};

/// The request for people to read: a line each, JSON indented. What authorizes it is cut short.
std::string text_of(const SeenRequest& request);

}  // namespace app::demo
