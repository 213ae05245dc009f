#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "proxy/config/config.hpp"

namespace proxy::config {
namespace {

using std::filesystem::perms;

/// A folder with a configuration's key files.
class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-key-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~KeyFile() override { std::filesystem::remove_all(folder_); }
  KeyFile(KeyFile&&) = delete;

  std::string write(const std::string& name, const std::string& text,
                    perms mode = perms::owner_read | perms::owner_write) {
    const auto path = (folder_ / name).string();
    std::ofstream{path} << text;
    std::filesystem::permissions(path, mode);
    return path;
  }
  static std::string apns(const std::string& key) {
    return "[[push.apns]]\nkey_id = \"ABC1234567\"\nteam_id = \"DEF1234567\"\n"
           "topics = [\"com.example.phone.voip\"]\nkey_file = \"" +
           key + "\"\n";
  }
  static std::string fcm(const std::string& account) {
    return "[[push.fcm]]\nservice_account_file = \"" + account + "\"\n";
  }
  static std::string refusal(const std::string& text) {
    try {
      parse(text, "sipwake.toml");
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "accepted";
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(KeyFile, IsReadForEachApp) {
  const auto one = write("one.p8", "first key");
  const auto two = write("two.p8", "second key");
  const auto settings = parse(apns(one) + apns(two), "sipwake.toml").settings;
  ASSERT_EQ(settings.apns.size(), 2U);
  EXPECT_EQ(settings.apns[0].key, "first key");
  EXPECT_EQ(settings.apns[1].key, "second key");
  EXPECT_EQ(settings.apns[1].topics, std::vector<std::string>{"com.example.phone"});
}

TEST_F(KeyFile, IsRefusedWhenTheGroupMayReadIt) {
  const auto key = write("key.p8", "secret", perms::owner_read | perms::group_read);
  EXPECT_EQ(refusal(apns(key)), "sipwake.toml:5:12: push.apns.key_file \"" + key +
                                    "\" may be read by others (mode 0440): chmod 600 it");
}

TEST_F(KeyFile, IsRefusedWhenEverybodyMayReadIt) {
  const auto account =
      write("fcm.json", "{}",
            perms::owner_read | perms::owner_write | perms::group_read | perms::others_read);
  EXPECT_EQ(refusal(fcm(account)), "sipwake.toml:2:24: push.fcm.service_account_file \"" + account +
                                       "\" may be read by others (mode 0644): chmod 600 it");
}

TEST_F(KeyFile, IsNeverPrinted) {
  const auto config = parse(apns(write("key.p8", "sesame")), "sipwake.toml");
  EXPECT_EQ(print(config).find("sesame"), std::string::npos);
}

TEST_F(KeyFile, OfAServiceAccountGivesTheProject) {
  const auto account =
      write("fcm.json",
            R"({"type": "service_account", "project_id": "my-project", "private_key_id": "k1",
      "private_key": "PEM", "client_email": "push@my-project", "token_uri": "https://o/token"})");
  const auto fcm_settings = parse(fcm(account), "sipwake.toml").settings.fcm.at(0);
  EXPECT_EQ(fcm_settings.project_id, "my-project");
  EXPECT_EQ(fcm_settings.client_email, "push@my-project");
  EXPECT_EQ(fcm_settings.private_key, "PEM");
  EXPECT_EQ(fcm_settings.token_uri, "https://o/token");
}

TEST_F(KeyFile, OfAServiceAccountMustBeOne) {
  const auto no_json = write("a.json", "key");
  EXPECT_EQ(refusal(fcm(no_json)), "sipwake.toml:2:24: push.fcm.service_account_file \"" + no_json +
                                       "\" is no JSON object");
  const auto other = write("b.json", R"({"project_info": {"project_id": "my-project"}})");
  EXPECT_EQ(refusal(fcm(other)), "sipwake.toml:2:24: push.fcm.service_account_file \"" + other +
                                     "\" has no text 'project_id': it is no key of a service "
                                     "account");
}

TEST_F(KeyFile, OfAWebhookThatOthersMayReadIsWarnedOf) {
  const auto secret = [this](perms mode) {
    const auto file = write("webhook.key", "secret", mode);
    return warnings(parse("[push.webhook]\nurl = \"http://h\"\nsecret_file = \"" + file + "\"\n",
                          "sipwake.toml"));
  };
  EXPECT_TRUE(secret(perms::owner_read | perms::owner_write).empty());
  const auto lines = secret(perms::owner_read | perms::owner_write | perms::others_read);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("may be read by others (mode 0604): chmod 600 it"), std::string::npos);
}

}  // namespace
}  // namespace proxy::config
