#include <gtest/gtest.h>

#include <set>

#include "web/api/plan.hpp"

namespace web::api {
namespace {

TEST(Scopes, OfReadingAndChangingDiffer) {
  EXPECT_EQ(needed_scope("GET", "/api/v1/users"), Scope::read);
  EXPECT_EQ(needed_scope("HEAD", "/api/v1/users?limit=1"), Scope::read);
  EXPECT_EQ(needed_scope("POST", "/api/v1/users"), Scope::write);
  EXPECT_EQ(needed_scope("PATCH", "/api/v1/users/a@b"), Scope::write);
  EXPECT_EQ(needed_scope("DELETE", "/api/v1/registrations/1"), Scope::write);
  EXPECT_EQ(needed_scope("POST", "/api/v1/calls/1/hangup"), Scope::write);
}

TEST(Scopes, OfTheOwnersMattersIsAdminWhateverIsDone) {
  const std::set<std::string_view> owners{"/api/v1/tokens", "/api/v1/tokens/{id}",
                                          "/api/v1/audit",  "/api/v1/settings",
                                          "/api/v1/backup", "/api/v1/users.csv"};
  for (const auto& route : routes()) {
    if (owners.contains(route.pattern)) {
      EXPECT_EQ(needed_scope(route.method, route.pattern), Scope::admin) << route.pattern;
    }
  }
}

TEST(Scopes, AreNotAskedForWhereItIsOpen) {
  EXPECT_EQ(needed_scope("GET", "/healthz"), std::nullopt);
  EXPECT_EQ(needed_scope("POST", "/api/v1/login"), std::nullopt);
}

TEST(Scopes, OfNoChangeOfTheApiIsLessThanWrite) {
  for (const auto& route : routes()) {
    const auto needed = needed_scope(route.method, route.pattern);
    if (route.method == "GET" || !needed) continue;
    EXPECT_GE(*needed, Scope::write) << route.method << ' ' << route.pattern;
  }
}

TEST(Scopes, OfWhatIsNotThereIsTheLeast) {
  EXPECT_EQ(needed_scope("GET", "/api/v1/nothing"), Scope::read);
  EXPECT_EQ(needed_scope("POST", "/api/v1/status"), Scope::read);
  EXPECT_EQ(needed_scope("GET", "/api/v1/tokens%"), Scope::read);
}

}  // namespace
}  // namespace web::api
