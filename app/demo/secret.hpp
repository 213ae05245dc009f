#pragma once
#include <string>

namespace app::demo {

/// 128 random bits in hex.
std::string random_secret();

}  // namespace app::demo
