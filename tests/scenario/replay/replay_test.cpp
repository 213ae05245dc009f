#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <span>
#include <string>

#include "tests/scenario/replay/invariants.hpp"

namespace test {
namespace {

using namespace std::chrono_literals;

/// Longer than Timer C, Timer B and every window together.
constexpr auto wind_down_time = 5min;

std::span<const Fault> faults_for(External external) {
  static constexpr Fault commit[] = {Fault::failed, Fault::doubled, Fault::late};
  static constexpr Fault push[] = {Fault::lost, Fault::doubled, Fault::failed, Fault::late};
  static constexpr Fault delivery[] = {Fault::lost};
  static constexpr Fault message[] = {Fault::lost, Fault::doubled, Fault::late, Fault::crash};
  switch (external) {
    case External::commit:
      return commit;
    case External::push:
      return push;
    case External::delivery:
      return delivery;
    case External::message:
      break;
  }
  return message;
}

/// How often each fault struck, over all scripts.
std::array<std::size_t, fault_count> struck{};

/// Every script once more for each thing that comes from outside, with that one spoilt.
class ReplayTest : public testing::Test {
 public:
  explicit ReplayTest(const Script& script) : script_{script} {}

  void TestBody() override {
    const auto externals = run({}, Fault::none, "nothing spoilt");
    for (std::size_t i = 0; i < externals.size() && !HasFailure(); ++i)
      for (const auto fault : faults_for(externals[i])) {
        const auto what = std::string{to_string(externals[i])} + " " + std::to_string(i) + " " +
                          std::string{to_string(fault)};
        run(Faults{i, fault}, fault, what);
        if (HasFailure()) return;
      }
  }

 private:
  std::vector<External> run(const Faults& faults, Fault fault, const std::string& what) {
    Scenario scenario{script_, Scenario::Mode::loose, faults};
    try {
      scenario.play();
      scenario.wind_down(wind_down_time);
    } catch (const std::runtime_error& error) {
      ADD_FAILURE() << what << ": " << error.what();
      return {};
    }
    ++struck[static_cast<std::size_t>(fault)];
    if (faults.spoils() && !scenario.world().faults().struck())
      ADD_FAILURE() << what << ": never came, so the run is not the same";
    std::string text;
    for (const auto& violation : violations(scenario)) text += "  " + violation + "\n";
    if (!text.empty())
      ADD_FAILURE() << script_.file << ", " << what << ":\n"
                    << text << scenario.world().trace().text();
    return scenario.world().faults().seen();
  }

  const Script& script_;
};

}  // namespace
}  // namespace test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const auto scripts = test::read_scripts(argc > 1 ? argv[1] : SIPWAKE_SCRIPTS);
  for (const auto& script : scripts)
    testing::RegisterTest("Replay", script.name.c_str(), nullptr, nullptr, script.file.c_str(), 1,
                          [&script]() -> testing::Test* { return new test::ReplayTest{script}; });
  const int result = RUN_ALL_TESTS();
  if (GTEST_FLAG_GET(list_tests)) return result;
  std::cout << "runs:";
  bool all = true;
  for (std::size_t i = 0; i < test::fault_count; ++i) {
    std::cout << ' ' << to_string(static_cast<test::Fault>(i)) << '=' << test::struck.at(i);
    all = all && test::struck.at(i) > 0;
  }
  std::cout << '\n';
  // A fault that no script met was not tried; a single script need not meet them all.
  const bool whole =
      testing::UnitTest::GetInstance()->test_to_run_count() == static_cast<int>(scripts.size());
  return result != 0 || (whole && scripts.size() > 1 && !all) ? 1 : 0;
}
