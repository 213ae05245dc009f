#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "proxy/config/config.hpp"

namespace proxy::config {
namespace {

using namespace std::chrono_literals;

/// A folder of its own that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-config-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(Folder&&) = delete;

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    std::ofstream{path_ / name} << text;
    return path_ / name;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Settings settings(std::string_view text) { return parse(text, "sipwake.toml").settings; }

TEST(Parse, GivesTheDefaultsOfTheFormatForAnEmptyFile) {
  const auto s = settings("");
  EXPECT_TRUE(s.domains.empty());
  EXPECT_EQ(s.data_dir, (std::filesystem::current_path() / "sipwake-data").string());
  EXPECT_EQ(s.log_level, "info");
  EXPECT_TRUE(s.listeners.empty());
  EXPECT_EQ(s.http_address.to_string(), "127.0.0.1:8080");
  EXPECT_EQ(s.auth.algorithms, (std::vector<std::string>{"SHA-256", "MD5"}));
  EXPECT_EQ(s.registrar.default_expires, 10min);
  EXPECT_EQ(s.wake.provisional, 180);
  EXPECT_FALSE(s.pbx);
  EXPECT_FALSE(s.webhook);
}

TEST(Parse, ReadsListenersInTheirOrder) {
  const auto s = settings(
      "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:5060\"\nadvertise = \"203.0.113.5\"\n"
      "[[listen]]\ntransport = \"tcp\"\naddress = \"[::1]:0\"\n");
  ASSERT_EQ(s.listeners.size(), 2U);
  EXPECT_EQ(s.listeners[0].transport, sip::Transport::udp);
  EXPECT_EQ(s.listeners[0].address.to_string(), "127.0.0.1:5060");
  EXPECT_EQ(s.listeners[0].advertise, "203.0.113.5");
  EXPECT_EQ(s.listeners[1].transport, sip::Transport::tcp);
  EXPECT_EQ(s.listeners[1].address.to_string(), "[::1]:0");
  EXPECT_EQ(s.listeners[1].advertise, std::nullopt);
}

TEST(Parse, LetsSeveralListenersAskForAnyPort) {
  EXPECT_EQ(settings("[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:0\"\n"
                     "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:0\"\n")
                .listeners.size(),
            2U);
}

TEST(Parse, MakesDomainsComparable) {
  EXPECT_EQ(settings("domains = [\"Example.COM\", \"2001:DB8::1\", \"192.0.2.1\"]").domains,
            (std::vector<std::string>{"example.com", "[2001:db8::1]", "192.0.2.1"}));
}

TEST(Parse, ReadsTrustedPeersWithAndWithoutTransport) {
  const auto trusted =
      settings("[auth]\ntrusted = [\"192.0.2.0/24\", \"2001:db8::1 tcp\"]").auth.trusted;
  ASSERT_EQ(trusted.size(), 2U);
  EXPECT_TRUE(trusted[0].block.contains(*sip::Address::parse("192.0.2.77")));
  EXPECT_FALSE(trusted[0].block.contains(*sip::Address::parse("192.0.3.1")));
  EXPECT_EQ(trusted[0].transport, std::nullopt);
  EXPECT_TRUE(trusted[1].block.contains(*sip::Address::parse("2001:db8::1")));
  EXPECT_EQ(trusted[1].transport, sip::Transport::tcp);
}

TEST(Parse, ReadsThePbxWithItsDefaults) {
  const auto full = settings("[pbx]\naddress = \"192.0.2.10:5070;transport=tcp\"").pbx;
  ASSERT_TRUE(full);
  EXPECT_EQ(full->host, "192.0.2.10");
  EXPECT_EQ(full->port, 5070);
  EXPECT_EQ(full->transport, sip::Transport::tcp);
  const auto bare = settings("[pbx]\naddress = \"192.0.2.10\"").pbx;
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->port, 5060);
  EXPECT_EQ(bare->transport, sip::Transport::udp);
}

TEST(Parse, LeavesToDnsWhatANamedPbxDoesNotSay) {
  const auto bare = settings("[pbx]\naddress = \"PBX.example.com\"").pbx;
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->host, "pbx.example.com");
  EXPECT_EQ(bare->port, 0);
  EXPECT_TRUE(bare->any_transport);
  const auto full = settings("[pbx]\naddress = \"pbx.example.com:5070;transport=tcp\"").pbx;
  ASSERT_TRUE(full);
  EXPECT_EQ(full->port, 5070);
  EXPECT_EQ(full->transport, sip::Transport::tcp);
  EXPECT_FALSE(full->any_transport);
}

TEST(Parse, ReadsNameServersWithAndWithoutPort) {
  const auto servers = settings("[dns]\nservers = [\"192.0.2.53\", \"[::1]:5353\"]").dns.servers;
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers[0].to_string(), "192.0.2.53:53");
  EXPECT_EQ(servers[1].to_string(), "[::1]:5353");
}

TEST(Parse, ReadsTheWindowsOfAPlatformBesideThoseOfAll) {
  const auto late = settings(
                        "[late_call]\nwindow = \"20s\"\n"
                        "[late_call.apns]\npush_window = \"70s\"")
                        .late_call;
  EXPECT_EQ(late.window, std::chrono::seconds{20});
  EXPECT_EQ(late.apns.window, std::nullopt);
  EXPECT_EQ(late.apns.push_window, std::chrono::seconds{70});
  EXPECT_EQ(late.fcm.push_window, std::nullopt);
}

TEST(Parse, StartsRelativePathsFromTheFolderOfTheFile) {
  const Folder folder;
  folder.write("webhook.key", "s3cret\n");
  const auto file = folder.write(
      "sipwake.toml",
      "data_dir = \"data\"\n[push.webhook]\nurl = \"http://h\"\nsecret_file = \"webhook.key\"\n");
  const auto config = load(file);
  EXPECT_EQ(config.settings.data_dir, (folder.path() / "data").string());
  EXPECT_EQ(config.webhook_secret_file, folder.path() / "webhook.key");
}

TEST(Parse, LeavesTheNewlineAtTheEndOutOfTheSecret) {
  const Folder folder;
  const auto key = folder.write("webhook.key", "two\nlines\r\n");
  const auto config = parse(
      "[push.webhook]\nurl = \"http://h\"\nsecret_file = \"" + key.string() + "\"", "sipwake.toml");
  EXPECT_EQ(config.settings.webhook.value().secret, "two\nlines");
}

TEST(Parse, ReadsCertificatesAndAPbxBehindTls) {
  const auto config = parse(
      "[[listen]]\ntransport = \"tls\"\naddress = \"[::]:5061\"\n"
      "[tls]\ncertificate = \"a.pem\"\nprivate_key = \"/keys/a.key\"\n"
      "[[tls.host]]\nname = \"B.example\"\ncertificate = \"b.pem\"\nprivate_key = \"b.key\"\n"
      "[pbx]\naddress = \"192.0.2.1;transport=tls\"\ntls_name = \"pbx.example\"\n",
      "/etc/sipwake/sipwake.toml");
  const auto& tls = config.settings.tls;
  EXPECT_EQ(tls.certificate, "/etc/sipwake/a.pem") << "from the folder of the file";
  EXPECT_EQ(tls.private_key, "/keys/a.key");
  ASSERT_EQ(tls.hosts.size(), 1U);
  EXPECT_EQ(tls.hosts[0].name, "b.example");
  EXPECT_EQ(tls.hosts[0].private_key, "/etc/sipwake/b.key");
  EXPECT_EQ(config.settings.pbx.value().port, 5061) << "unless it says another";
  EXPECT_EQ(config.settings.pbx.value().tls_name, "pbx.example");
}

TEST(Parse, WarnsOfHttpBeyondLoopbackAndOfTrustOverUdp) {
  EXPECT_TRUE(warnings(settings("")).empty());
  EXPECT_TRUE(warnings(settings("[auth]\ntrusted = [\"192.0.2.1 tcp\"]\n"
                                "[pbx]\naddress = \"192.0.2.1;transport=tcp\"\n"))
                  .empty());
  const auto lines =
      warnings(settings("[http]\naddress = \"0.0.0.0:80\"\ntls = false\n"
                        "[auth]\ntrusted = [\"192.0.2.0/24\", \"192.0.2.1 udp\"]\n"
                        "[pbx]\naddress = \"192.0.2.9\"\n"));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].substr(0, 24), "http.address 0.0.0.0:80 ");
  EXPECT_EQ(lines[1].substr(0, 30), "auth.trusted \"192.0.2.0/24\" is");
  EXPECT_EQ(lines[2].substr(0, 33), "auth.trusted \"192.0.2.1/32 udp\" i");
  EXPECT_EQ(lines[3].substr(0, 41), "pbx.address \"192.0.2.9:5060;transport=udp");
}

TEST(Warnings, NameAnIdleTimeoutThatCutsOffPhones) {
  const auto lines = warnings(settings("[registrar]\nmax_expires = \"3h\"\n"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("connections.idle_timeout 2h is shorter than "));
}

TEST(Capture, IsOffUntilAServerIsNamed) {
  EXPECT_TRUE(settings("[capture]\nid = 7\n").capture.host.empty());
  const auto named = settings("[capture]\nhep = \"Homer.example\"\n").capture;
  EXPECT_EQ(named.host, "homer.example");
  EXPECT_EQ(named.port, 9060) << "unless it says another";
  const auto address = settings("[capture]\nhep = \"[2001:db8::1]:9061\"\n").capture;
  EXPECT_EQ(address.host, "2001:db8::1");
  EXPECT_EQ(address.port, 9061);
}

TEST(Capture, IsWarnedOfWhereItLeavesTheMachine) {
  EXPECT_TRUE(warnings(settings("[capture]\nhep = \"127.0.0.1\"\n")).empty());
  const auto lines = warnings(settings("[capture]\nhep = \"192.0.2.1\"\n"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("capture.hep \"192.0.2.1\" gets every SIP message "));
}

TEST(Capture, HidesItsKeyWhereTheSettingsAreShown) {
  const auto config = parse("[capture]\nhep = \"h\"\nkey = \"sesame\"\n", "sipwake.toml");
  EXPECT_EQ(to_json(config).find("sesame"), std::string::npos);
  EXPECT_NE(to_json(config).find("\"h:9060\""), std::string::npos);
}

}  // namespace
}  // namespace proxy::config
