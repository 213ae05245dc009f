#pragma once
#include <chrono>
#include <cstdint>
#include <vector>

namespace bench {

/// What processes have used so far.
struct Usage {
  std::chrono::nanoseconds cpu{0};  ///< all threads, user and system
  std::uint64_t pss_kb{0};          ///< proportional set size; 0 unless asked for
  unsigned processes{0};
};

enum class Memory : std::uint8_t { skip, read };

/// Sums over the processes and all their descendants. Reading memory takes the kernel a while:
/// not inside a measured interval. Threads that ended since are not counted.
Usage read_usage(const std::vector<int>& pids, Memory memory);

/// CPU time of this process.
std::chrono::nanoseconds own_cpu();

}  // namespace bench
