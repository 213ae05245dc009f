#include "web/api/etag.hpp"

#include <gtest/gtest.h>

#include "proxy/core/record/version.hpp"
#include "web/api/render.hpp"

namespace web::api {
namespace {

Reply tagged() { return {200, "application/json", "{}\n", {{"ETag", etag(0xAB)}}}; }

Request reading(std::string if_none_match) {
  Request request{"GET", "/api/v1/users/a@b", "", ""};
  request.if_none_match = std::move(if_none_match);
  return request;
}

TEST(Etag, IsTheVersionInSixteenDigits) { EXPECT_EQ(etag(0xAB), "\"00000000000000ab\""); }

TEST(Etag, IsReadBackFromIfMatch) {
  EXPECT_EQ(wanted_versions(etag(0xAB)), (std::vector<std::uint64_t>{0xAB}));
  EXPECT_EQ(wanted_versions(etag(1) + " , " + etag(2)), (std::vector<std::uint64_t>{1, 2}));
}

TEST(Etag, AsksForNothingWithoutAHeaderOrWithAStar) {
  EXPECT_TRUE(wanted_versions("").empty());
  EXPECT_TRUE(wanted_versions("*").empty());
}

TEST(Etag, OfAnotherMakeFitsNothing) {
  for (const auto* other : {"\"x\"", "ab", "W/\"00000000000000ab\"", "\"00000000000000zz\"", "\"",
                            "\"0000000000000000000ab\"", ","})
    for (const auto version : wanted_versions(other)) EXPECT_EQ(version, 0U) << other;
}

TEST(Etag, SparesWhatTheClientHas) {
  for (const auto& known :
       {etag(0xAB), "W/" + etag(0xAB), "\"x\", " + etag(0xAB), std::string{"*"}}) {
    const auto reply = unless_known(reading(known), tagged());
    EXPECT_EQ(reply.status, 304) << known;
    EXPECT_EQ(reply.body, "");
  }
  EXPECT_EQ(unless_known(reading(etag(0xAC)), tagged()).status, 200);
  EXPECT_EQ(unless_known(reading(""), tagged()).status, 200);
}

TEST(Etag, IsForReadingOnly) {
  auto request = reading("*");
  request.method = "PATCH";
  EXPECT_EQ(unless_known(request, tagged()).status, 200);
}

TEST(Etag, ChangesWithEverythingOfAUser) {
  proxy::record::User user;
  user.id = 1;
  user.aor = "a@b";
  const auto before = proxy::record::version_of(user);
  EXPECT_EQ(proxy::record::version_of(user), before);
  for (auto* text : {&user.display_name, &user.ha1_md5, &user.ha1_sha256, &user.ha1_sha512_256}) {
    *text = "x";
    EXPECT_NE(proxy::record::version_of(user), before);
    text->clear();
  }
  user.max_contacts = 3;
  EXPECT_NE(proxy::record::version_of(user), before);
  user.max_contacts = 0;
  user.forwarding.do_not_disturb = true;
  EXPECT_NE(proxy::record::version_of(user), before);
  user.forwarding = {};
  for (auto* target : {&user.forwarding.always, &user.forwarding.busy, &user.forwarding.no_answer,
                       &user.forwarding.not_reachable}) {
    *target = "x";
    EXPECT_NE(proxy::record::version_of(user), before);
    target->clear();
  }
  user.enabled = false;
  EXPECT_NE(proxy::record::version_of(user), before);
}

TEST(Etag, ChangesWithATokenButNotWithItsUse) {
  proxy::record::ApiToken token;
  token.name = "scripts";
  const auto before = proxy::record::version_of(token);
  token.last_used.emplace();
  EXPECT_EQ(proxy::record::version_of(token), before);
  token.expires_at.emplace();
  EXPECT_NE(proxy::record::version_of(token), before);
  token.expires_at.reset();
  token.scope = Scope::read;
  EXPECT_NE(proxy::record::version_of(token), before);
}

TEST(Etag, ComesWithAUser) {
  proxy::record::User user;
  user.aor = "a@b";
  const auto reply = render(OneUser{user});
  ASSERT_FALSE(reply.headers.empty());
  EXPECT_EQ(reply.headers.front().first, "ETag");
  EXPECT_EQ(reply.headers.front().second, etag(proxy::record::version_of(user)));
}

}  // namespace
}  // namespace web::api
