#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "sipstack/base/ids.hpp"

namespace proxy::runtime {

/// Randomness of the operating system, fetched 4 kB at a time. For one thread.
class SystemIds : public sip::IdSource {
 public:
  std::uint64_t next() override;

 private:
  std::array<std::uint64_t, 512> words_{};
  std::size_t left_{0};
};

}  // namespace proxy::runtime
