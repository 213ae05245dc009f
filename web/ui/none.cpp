#include "web/ui/assets.hpp"

namespace web::ui {

std::span<const Asset> assets() { return {}; }

}  // namespace web::ui
