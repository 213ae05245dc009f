#include "app/demo/secret.hpp"

#include <array>
#include <cstdio>
#include <random>

namespace app::demo {

std::string random_secret() {
  std::random_device device;
  std::string secret;
  for (int i = 0; i < 4; ++i) {
    std::array<char, 9> part{};
    std::snprintf(part.data(), part.size(), "%08x", device());
    secret.append(part.data());
  }
  return secret;
}

}  // namespace app::demo
