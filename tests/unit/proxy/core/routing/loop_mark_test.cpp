#include "proxy/core/routing/loop_mark.hpp"

#include <gtest/gtest.h>

namespace proxy::routing {
namespace {

const std::string key(32, 'k');

sip::Message request(const std::string& vias, const std::string& cseq = "7 MESSAGE") {
  auto message = sip::Message::parse(
      "MESSAGE sip:bob@example.com SIP/2.0\r\n" + vias +
      "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\nCSeq: " +
      cseq + "\r\n\r\n");
  EXPECT_TRUE(message.has_value());
  return std::move(*message);
}

const std::string foreign = "Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKother\r\n";

std::string own_via(const std::string& mark) {
  return "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK007.0123456789abcdef." + mark + "\r\n";
}

TEST(LoopMark, IsFoundBelowForeignVias) {
  const auto mark = loop_mark(request(foreign), "bob@example.com", key);
  EXPECT_TRUE(has_mark(request(foreign + own_via(mark)), mark));
  EXPECT_FALSE(has_mark(request(foreign), mark));
}
TEST(LoopMark, IsAnotherForAnotherTarget) {
  const auto one = request(foreign);
  EXPECT_NE(loop_mark(one, "bob@example.com", key), loop_mark(one, "carl@example.com", key));
}
TEST(LoopMark, IsAnotherForTheNextRequest) {
  EXPECT_NE(loop_mark(request(foreign), "bob@example.com", key),
            loop_mark(request(foreign, "8 MESSAGE"), "bob@example.com", key));
}
TEST(LoopMark, CannotBeMadeWithoutTheKey) {
  const auto one = request(foreign);
  EXPECT_NE(loop_mark(one, "bob@example.com", key),
            loop_mark(one, "bob@example.com", std::string(32, 'q')));
}
TEST(LoopMark, IsNotLookedForWhereNoViaIsOurs) {
  EXPECT_FALSE(came_by_here(request(foreign)));
  EXPECT_TRUE(came_by_here(request(foreign + own_via("0011"))));
}

}  // namespace
}  // namespace proxy::routing
