#include "bench/load/usage.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

namespace bench {
namespace {

namespace fs = std::filesystem;

int number_of(const fs::path& path) {
  const std::string name = path.filename();
  int number = 0;
  const auto end = name.data() + name.size();
  const auto [at, error] = std::from_chars(name.data(), end, number);
  return error == std::errc{} && at == end ? number : 0;
}

/// Entries of a /proc folder with a number for a name; processes may vanish meanwhile.
std::vector<int> numbers_in(const fs::path& folder) {
  std::vector<int> numbers;
  std::error_code error;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error))
    if (const int number = number_of(at->path())) numbers.push_back(number);
  return numbers;
}

int parent_of(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string line;
  std::getline(file, line);
  // The command stands in parentheses and may hold anything; the state and the parent follow.
  const auto end = line.rfind(") ");
  if (end == std::string::npos || line.size() < end + 5) return 0;
  return std::atoi(line.c_str() + end + 4);
}

std::set<int> with_descendants(const std::vector<int>& pids) {
  std::multimap<int, int> children;
  for (const int pid : numbers_in("/proc")) children.emplace(parent_of(pid), pid);
  std::set<int> all;
  std::vector<int> open = pids;
  while (!open.empty()) {
    const int pid = open.back();
    open.pop_back();
    if (!all.insert(pid).second) continue;
    const auto [begin, end] = children.equal_range(pid);
    std::for_each(begin, end, [&](const auto& child) { open.push_back(child.second); });
  }
  return all;
}

}  // namespace

Usage read_usage(const std::vector<int>& pids, Memory memory) {
  Usage usage;
  if (pids.empty()) return usage;
  for (const int pid : with_descendants(pids)) {
    const std::string folder = "/proc/" + std::to_string(pid);
    ++usage.processes;
    for (const int task : numbers_in(folder + "/task")) {
      std::ifstream file{folder + "/task/" + std::to_string(task) + "/schedstat"};
      std::int64_t on_cpu_ns = 0;
      if (file >> on_cpu_ns) usage.cpu += std::chrono::nanoseconds{on_cpu_ns};
    }
    if (memory == Memory::skip) continue;
    std::ifstream file{folder + "/smaps_rollup"};
    for (std::string word; file >> word;) {
      std::uint64_t kb = 0;
      if (word == "Pss:" && file >> kb) usage.pss_kb += kb;
    }
  }
  return usage;
}

std::chrono::nanoseconds own_cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto time = [](const timeval& t) {
    return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
  };
  return time(usage.ru_utime) + time(usage.ru_stime);
}

}  // namespace bench
