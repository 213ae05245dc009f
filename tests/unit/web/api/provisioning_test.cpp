#include "web/api/provisioning.hpp"

#include <gtest/gtest.h>

#include "web/api/plan.hpp"

namespace web::api {
namespace {

using proxy::record::User;

User alice(std::string name = "Alice") {
  return {1, "alice@example.com", std::move(name), "md5hash", "sha256hash", "", true, {}};
}
const WayIn tls{"tls", "sip.example.com", 5061};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Provisioning, NamesIdentityAndServer) {
  const auto xml = provisioning_xml(alice(), tls);
  EXPECT_TRUE(holds(xml, "&quot;Alice&quot; &lt;sip:alice@example.com&gt;</entry>"));
  EXPECT_TRUE(holds(xml,
                    "<entry name=\"reg_proxy\" "
                    "overwrite=\"true\">&lt;sip:sip.example.com:5061;transport=tls&gt;"));
  EXPECT_TRUE(holds(xml, "<entry name=\"push_notification_allowed\" overwrite=\"true\">1</entry>"));
}

TEST(Provisioning, GivesEachHa1ThereIsWithItsAlgorithm) {
  auto user = alice();
  const auto both = provisioning_xml(user, tls);
  EXPECT_LT(both.find("sha256hash"), both.find("md5hash"));
  EXPECT_TRUE(holds(both, "auth_info_1"));
  user.ha1_sha256.clear();
  const auto one = provisioning_xml(user, tls);
  EXPECT_TRUE(holds(one, "auth_info_0"));
  EXPECT_TRUE(holds(one, ">MD5</entry>"));
  EXPECT_FALSE(holds(one, "auth_info_1"));
}

TEST(Provisioning, LeavesNoMarkupInAName) {
  const auto xml = provisioning_xml(alice("A\"</entry><b>&\x01"), tls);
  EXPECT_TRUE(holds(xml, "&quot;A\\&quot;&lt;/entry&gt;&lt;b&gt;&amp;&quot; &lt;sip:"));
  EXPECT_FALSE(holds(xml, "\x01"));
}

TEST(Provisioning, LeadsOverTlsByANameOfTheCertificate) {
  const std::vector<WayIn> ways{{"udp", "192.0.2.1", 5060}, {"tls", "192.0.2.1", 5061}};
  EXPECT_EQ(way_in(ways, {"*.example.com", "sip.example.com"}), tls);
  EXPECT_EQ(way_in(ways, {}), (WayIn{"tls", "192.0.2.1", 5061}));
}

TEST(Provisioning, LeadsOverTcpRatherThanUdpAndNeverOverAWebSocket) {
  const std::vector<WayIn> ways{
      {"wss", "192.0.2.1", 5063}, {"udp", "192.0.2.1", 5060}, {"tcp", "192.0.2.1", 5062}};
  EXPECT_EQ(way_in(ways, {}), (WayIn{"tcp", "192.0.2.1", 5062}));
  EXPECT_EQ(way_in({ways.front()}, {}), WayIn{});
}

TEST(Provisioning, IsForWhoeverHasTheLinkAndTheLinkForTheOwner) {
  Request asked{"GET", "/provision/abc", "", ""};
  EXPECT_EQ(std::get<Task>(plan(asked)), (Task{Provision{"abc"}}));
  EXPECT_EQ(needed_scope("GET", "/provision/abc"), std::nullopt);
  EXPECT_EQ(needed_scope("POST", "/api/v1/users/a@x/provisioning"), Scope::admin);
  asked.method = "HEAD";
  EXPECT_TRUE(std::holds_alternative<Reply>(plan(asked)));
}

}  // namespace
}  // namespace web::api
