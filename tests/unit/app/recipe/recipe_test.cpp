#include "app/recipe/recipe.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace app::recipe {
namespace {

Values example() {
  return {"example.com",
          "192.0.2.5",
          "5060",
          "192.0.2.10",
          "5060",
          "udp",
          {read_extensions("100..120")},
          {}};
}

std::string read_file(const std::string& name) {
  std::ifstream in{name};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Recipe, IsTheOneInTheDocuments) {
  for (const auto& one : recipes())
    EXPECT_EQ(read_file(SIPWAKE_SOURCE_DIR "/docs/recipes/" + std::string{one.name} + ".md"),
              "# " + std::string{one.title} + "\n\n" + one.write(example()))
        << "write it anew: sipwake recipe " << one.name
        << " --extension 100..120 --pbx 192.0.2.10 --sipwake 192.0.2.5 --domain example.com";
}

TEST(Recipe, LeavesNoPlaceUnfilled) {
  for (const auto& one : recipes()) {
    const auto text = one.write(example());
    for (const auto* name : {"{domain}", "{sipwake", "{pbx", "{transport}", "{regex}", "{ranges}",
                             "{options}", "{first}", "{listen}"})
      EXPECT_EQ(text.find(name), std::string::npos) << one.name << ' ' << name;
  }
}

TEST(Recipe, NamesTheListenersThatItsTransportNeeds) {
  auto values = example();
  EXPECT_EQ(missing_listeners(values), "");
  values.transport = "tls";
  values.sipwake_port = "5061";
  const std::string tls = "\n[[listen]]\ntransport = \"tls\"\naddress = \"0.0.0.0:5061\"\n";
  EXPECT_TRUE(missing_listeners(values).ends_with(tls));
  EXPECT_NE(asterisk(values).find("transport = \"udp\""), std::string::npos)
      << "which was there unnamed";
  values.listens = {"udp"};
  EXPECT_EQ(missing_listeners(values), tls);
  values.listens = {"udp", "tls"};
  EXPECT_EQ(missing_listeners(values), "");
}

TEST(Recipe, PutsBracketsAroundAnIpv6Address) {
  auto values = example();
  values.sipwake_host = "2001:db8::5";
  EXPECT_NE(asterisk(values).find("contact=sip:[2001:db8::5]:5060"), std::string::npos);
  EXPECT_NE(asterisk(values).find("match=2001:db8::5\n"), std::string::npos);
}

TEST(Recipe, MakesAnAccountForEachExtension) {
  auto values = example();
  values.extensions = {read_extensions("098..099"), read_extensions("7")};
  EXPECT_EQ(users_csv(values, [] { return std::string{"secret"}; }),
            "aor,password,display_name\n098@example.com,secret,098\n099@example.com,secret,099\n"
            "7@example.com,secret,7\n");
}

}  // namespace
}  // namespace app::recipe
