#include "tests/scenario/scenario.hpp"

#include <gtest/gtest.h>

namespace test {
namespace {

class ScriptTest : public testing::Test {
 public:
  explicit ScriptTest(const Script& script) : script_{script} {}
  void TestBody() override {
    try {
      Scenario{script_, Scenario::Mode::strict}.play();
    } catch (const ScriptError& error) {
      ADD_FAILURE() << error.what();
    }
  }

 private:
  const Script& script_;
};

}  // namespace
}  // namespace test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const auto scripts = test::read_scripts(argc > 1 ? argv[1] : SIPWAKE_SCRIPTS);
  for (const auto& script : scripts)
    testing::RegisterTest("Scenario", script.name.c_str(), nullptr, nullptr, script.file.c_str(), 1,
                          [&script]() -> testing::Test* { return new test::ScriptTest{script}; });
  return RUN_ALL_TESTS();
}
