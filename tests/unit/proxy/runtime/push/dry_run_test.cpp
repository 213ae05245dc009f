#include "proxy/runtime/push/dry_run.hpp"

#include "proxy/runtime/push/web_push_gateway.hpp"
#include "tests/unit/proxy/runtime/push/push_fixture.hpp"

namespace proxy::runtime::push {
namespace {

class DryRunTest : public PushFixture {
 protected:
  DryRunTest() {
    settings_.data_dir = folder_.string();
    settings_.webpush.emplace().subject = "mailto:ops@example.com";
  }
  Settings settings_;
};

TEST_F(DryRunTest, MakesNoKeyOfItsOwnForBrowsers) {
  const auto findings = dry_run(settings_);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].well);
  EXPECT_EQ(findings[0].service, "webpush mailto:ops@example.com");
  EXPECT_EQ(findings[0].text, "its key is made when the server starts");
  EXPECT_FALSE(has_made_key(settings_.data_dir));
}

TEST_F(DryRunTest, LooksAtTheKeyTheServerHasMade) {
  auto made = *settings_.webpush;
  prepare_web_push(made, settings_.data_dir);
  const auto findings = dry_run(settings_);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].text.starts_with("its key can sign"));
}

TEST_F(DryRunTest, RefusesAKeyThatIsNone) {
  settings_.webpush->key_file = "webpush.pem";
  settings_.webpush->key = "no key";
  EXPECT_THROW(dry_run(settings_), std::runtime_error);
}

}  // namespace
}  // namespace proxy::runtime::push
