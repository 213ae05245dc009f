#include "proxy/core/call/fork_order.hpp"

#include <gtest/gtest.h>

namespace proxy::call {
namespace {

using Strategy = Settings::Strategy;

std::vector<std::int64_t> devices(const std::vector<Candidate>& candidates) {
  std::vector<std::int64_t> out;
  for (const auto& c : candidates) out.push_back(c.device);
  return out;
}
using Devices = std::vector<std::int64_t>;

TEST(ForkOrder, ParallelAsksAllAtOnceWhateverTheirQ) {
  std::vector<Candidate> left{{1, 100}, {2, 1000}, {3, 500}};
  put_in_order(left, Strategy::parallel);
  EXPECT_EQ(devices(take_group(left, Strategy::parallel)), (Devices{1, 2, 3}));
  EXPECT_TRUE(left.empty());
}

TEST(ForkOrder, SerialAsksTheHighestQFirstAndEqualOnesTogether) {
  std::vector<Candidate> left{{1, 500}, {2, 1000}, {3, 500}, {4, 1000}, {5, 0}};
  put_in_order(left, Strategy::serial);
  EXPECT_EQ(devices(take_group(left, Strategy::serial)), (Devices{2, 4}));
  EXPECT_EQ(devices(take_group(left, Strategy::serial)), (Devices{1, 3}));
  EXPECT_EQ(devices(take_group(left, Strategy::serial)), (Devices{5}));
  EXPECT_TRUE(left.empty());
}

TEST(ForkOrder, NobodyLeftIsAnEmptyGroup) {
  std::vector<Candidate> left;
  EXPECT_TRUE(take_group(left, Strategy::serial).empty());
}

}  // namespace
}  // namespace proxy::call
