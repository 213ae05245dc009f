#pragma once
#include <span>
#include <string_view>

namespace web::ui {

/// One file of the page, embedded by the build.
struct Asset {
  std::string_view name;  ///< "index.html", "assets/index-Bx3dF.js"
  std::string_view type;  ///< Content-Type
  std::string_view plain;
  std::string_view gzipped;
};

/// None in a build without the page.
std::span<const Asset> assets();

}  // namespace web::ui
