#include "web/api/encoding.hpp"

#include <gtest/gtest.h>

namespace web::api {
namespace {

Request asking(const std::string& method, const std::string& accepted) {
  Request request{method, "/api/v1/users", "", ""};
  request.accept_encoding = accepted;
  return request;
}
Reply list() { return {200, "application/json", std::string(2'000, 'x'), {}}; }

TEST(Encoding, ZipsAListForWhoTakesIt) {
  EXPECT_TRUE(may_be_zipped(asking("GET", "gzip"), list()));
  EXPECT_TRUE(may_be_zipped(asking("HEAD", "br, gzip;q=0.5"), list()));
  EXPECT_FALSE(may_be_zipped(asking("GET", ""), list()));
  EXPECT_FALSE(may_be_zipped(asking("GET", "gzip;q=0"), list()));
  EXPECT_FALSE(may_be_zipped(asking("GET", "deflate"), list()));
}

TEST(Encoding, ZipsNothingThatIsSmall) {
  auto reply = list();
  reply.body.resize(1'023);
  EXPECT_FALSE(may_be_zipped(asking("GET", "gzip"), reply));
}

TEST(Encoding, ZipsNothingThatMayHoldASecret) {
  EXPECT_FALSE(may_be_zipped(asking("POST", "gzip"), list()));
  auto file = list();
  file.headers.emplace_back("Content-Disposition", "attachment; filename=\"sipwake-users.csv\"");
  EXPECT_FALSE(may_be_zipped(asking("GET", "gzip"), file));
  auto account = list();
  account.content_type = "application/xml; charset=utf-8";
  EXPECT_FALSE(may_be_zipped(asking("GET", "gzip"), account));
  auto cookie = list();
  cookie.headers.emplace_back("Set-Cookie", "sipwake_session=x");
  EXPECT_FALSE(may_be_zipped(asking("GET", "gzip"), cookie));
}

TEST(Encoding, ZipsNothingTwiceAndNothingOfAVersion) {
  auto zipped = list();
  zipped.headers.emplace_back("Content-Encoding", "gzip");
  EXPECT_FALSE(may_be_zipped(asking("GET", "gzip"), zipped));
  auto tagged = list();
  tagged.headers.emplace_back("ETag", "\"1\"");
  EXPECT_FALSE(may_be_zipped(asking("GET", "gzip"), tagged));
}

}  // namespace
}  // namespace web::api
