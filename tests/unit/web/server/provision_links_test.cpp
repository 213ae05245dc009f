#include "web/server/provision_links.hpp"

#include <gtest/gtest.h>

namespace web::server {
namespace {

using namespace std::chrono_literals;
using Time = ProvisionLinks::Clock::time_point;

const Time now{1h};

TEST(ProvisionLinks, AreGoodOnce) {
  ProvisionLinks links;
  const auto secret = links.make("alice@example.com", now);
  EXPECT_GE(secret.size(), 40U);
  EXPECT_EQ(links.take("another", now), std::nullopt);
  EXPECT_EQ(links.take(secret, now), "alice@example.com");
  EXPECT_EQ(links.take(secret, now), std::nullopt);
}

TEST(ProvisionLinks, EndAfterTheirLifetime) {
  ProvisionLinks links;
  const auto good = links.make("alice@example.com", now);
  const auto old = links.make("bob@example.com", now);
  EXPECT_EQ(links.take(good, now + ProvisionLinks::lifetime - 1s), "alice@example.com");
  EXPECT_EQ(links.take(old, now + ProvisionLinks::lifetime), std::nullopt);
}

TEST(ProvisionLinks, MakeRoomForNewerOnes) {
  ProvisionLinks links;
  const auto first = links.make("first@example.com", now);
  std::string last;
  for (int i = 0; i < 1'000; ++i) last = links.make("more@example.com", now + 1s);
  EXPECT_EQ(links.take(first, now + 1s), std::nullopt);
  EXPECT_EQ(links.take(last, now + 1s), "more@example.com");
}

}  // namespace
}  // namespace web::server
