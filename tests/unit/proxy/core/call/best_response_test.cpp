#include "proxy/core/call/best_response.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace proxy::call {
namespace {

int best_of(const std::vector<int>& statuses) {
  std::vector<BranchFinal> finals;
  for (std::size_t i = 0; i < statuses.size(); ++i) finals.push_back({statuses[i], i});
  return finals[best_response(finals)].status;
}

TEST(BestResponse, A6xxBeatsEverything) { EXPECT_EQ(best_of({302, 486, 603, 500}), 603); }
TEST(BestResponse, TheLowestClassWins) {
  EXPECT_EQ(best_of({500, 486, 503}), 486);
  EXPECT_EQ(best_of({486, 302}), 302);
}
TEST(BestResponse, TellsTheCallerWhatToChange) {
  EXPECT_EQ(best_of({486, 415}), 415);
  EXPECT_EQ(best_of({404, 401, 480}), 401);
}
TEST(BestResponse, TimeoutsAndOverloadComeLast) {
  EXPECT_EQ(best_of({408, 486}), 486);
  EXPECT_EQ(best_of({503, 500}), 500);
}
TEST(BestResponse, TheFirstOfEqualsWins) { EXPECT_EQ(best_of({486, 480}), 486); }

}  // namespace
}  // namespace proxy::call
