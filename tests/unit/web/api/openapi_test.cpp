#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "web/api/plan.hpp"

namespace web::api {
namespace {

using Routes = std::set<std::string>;

/// "GET /path" of everything under `paths:`: a path is indented by two, a method by four.
Routes documented() {
  std::ifstream file{SIPWAKE_SOURCE_DIR "/schema/api.openapi.yaml"};
  EXPECT_TRUE(file.is_open());
  Routes found;
  bool in_paths = false;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != ' ') in_paths = line == "paths:";
    if (!in_paths || !line.ends_with(':')) continue;
    const auto indent = line.find_first_not_of(' ');
    auto name = line.substr(indent, line.size() - indent - 1);
    if (indent == 2) path = name;
    if (indent != 4 || name == "parameters") continue;
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    found.insert(name + ' ' + path);
  }
  return found;
}

TEST(OpenApi, DescribesExactlyTheRoutesOfTheRouter) {
  Routes routed;
  for (const auto& route : routes())
    routed.insert(std::string{route.method} + ' ' + std::string{route.pattern});
  EXPECT_EQ(documented(), routed);
}

}  // namespace
}  // namespace web::api
