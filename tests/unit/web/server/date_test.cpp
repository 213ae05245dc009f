#include "web/server/date.hpp"

#include <gtest/gtest.h>

namespace web::server {
namespace {

TEST(HttpDate, IsTheFormatOfRfc9110) {
  using std::chrono::system_clock;
  EXPECT_EQ(http_date(system_clock::from_time_t(784'111'777)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(system_clock::from_time_t(1'709'251'199)), "Thu, 29 Feb 2024 23:59:59 GMT");
}

}  // namespace
}  // namespace web::server
