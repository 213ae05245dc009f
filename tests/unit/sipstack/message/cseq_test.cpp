#include "sipstack/message/cseq.hpp"

#include <gtest/gtest.h>

namespace sip {
namespace {

TEST(CSeqTest, ReadsNumberAndMethod) {
  const auto cseq = CSeqView::parse("0009 \t INVITE");
  ASSERT_TRUE(cseq);
  EXPECT_EQ(cseq->number, 9U);
  EXPECT_EQ(cseq->method, "INVITE");
  EXPECT_EQ(CSeqView::parse("2147483647 ACK")->number, 2147483647U);
}

TEST(CSeqTest, RefusesBrokenOnes) {
  for (const auto* text :
       {"", "1", "INVITE", "1INVITE", "-1 INVITE", "2147483648 INVITE",
        "36893488147419103232 REGISTER", "1 ", "1 IN VITE", " 1 INVITE", "1 INV(ITE", "x INVITE"})
    EXPECT_FALSE(CSeqView::parse(text)) << text;
}

}  // namespace
}  // namespace sip
