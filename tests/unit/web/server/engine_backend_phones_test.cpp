#include "tests/unit/web/server/engine_backend_fixture.hpp"

namespace web::server {
namespace {

TEST_F(EngineBackendTest, GivesAnAccountOnceToWhoeverHasTheLink) {
  stored({user(1, "a@x")});
  engine_says(proxy::view::Done{});  // the audit
  const auto made = performed<api::ProvisioningMade>(api::MakeProvisioning{"a@x"});
  const std::string start{"/provision/"};
  ASSERT_TRUE(made.path.starts_with(start));
  const auto secret = made.path.substr(start.size());
  const auto xml = performed<api::Document>(api::Provision{secret});
  EXPECT_NE(xml.text.find(std::string(32, 'a')), std::string::npos);
  EXPECT_NE(xml.text.find("sip:192.0.2.1:5060;transport=udp"), std::string::npos);
  EXPECT_EQ(refusal(api::Provision{secret}), 404);
  ASSERT_EQ(changes_.size(), 1U);
  const auto& noted = std::get<proxy::NoteDeed>(changes_.front());
  EXPECT_EQ(noted.what, "user.provision");
  EXPECT_EQ(noted.target, "a@x");
}

TEST_F(EngineBackendTest, MakesNoLinkForNobodyOrToNowhere) {
  stored({user(1, "a@x")});
  EXPECT_EQ(refusal(api::MakeProvisioning{"b@x"}), 404);
  ways_.clear();
  EXPECT_EQ(refusal(api::MakeProvisioning{"a@x"}), 409);
  EXPECT_TRUE(changes_.empty());
}

TEST_F(EngineBackendTest, AsksTheEngineHowARingTestGoes) {
  proxy::view::RingTest test;
  test.device = 4;
  test.steps.push_back({wall(1), proxy::view::RingStep::rang, "180 Ringing"});
  engine_says(test);
  EXPECT_EQ(performed<proxy::view::RingTest>(api::ReadRingTest{4}).steps, test.steps);
  EXPECT_EQ(std::get<proxy::view::RingTestQuery>(queries_.front()).device, 4);
  proxy::view::Done begun;
  begun.id = 4;
  engine_says(begun);
  EXPECT_EQ(performed<api::Pushed>(api::RingTest{4}).device, 4);
  EXPECT_EQ(std::get<proxy::RingTest>(changes_.front()).id, 4);
}

TEST_F(EngineBackendTest, ChangesNoPasswordWhereThereIsNone) {
  EXPECT_EQ(refusal(api::ChangePassword{"old", "new password", "", "192.0.2.9"}), 403);
  EXPECT_TRUE(changes_.empty());
}

}  // namespace
}  // namespace web::server
