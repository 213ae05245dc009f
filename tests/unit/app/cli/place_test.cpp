#include "app/cli/place.hpp"

#include <gtest/gtest.h>

namespace app::cli {
namespace {

TEST(Place, TheInstalledProgramAloneFindsTheConfigurationOfItsService) {
  EXPECT_EQ(packaged_config("/usr/bin/sipwake"), "/etc/sipwake/sipwake.toml");
  EXPECT_EQ(packaged_config("/home/me/sipwake/build/release/sipwake"), "");
  EXPECT_EQ(packaged_config(""), "") << "where /proc is not mounted";
}

}  // namespace
}  // namespace app::cli
