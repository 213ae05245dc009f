#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "proxy/config/config.hpp"
#include "proxy/config/keys.hpp"

namespace proxy::config {
namespace {

/// A value other than the default for every key of the format, as print() shows it.
const std::map<std::string, std::string> others{
    {"domains", R"(["b.example", "192.0.2.1"])"},
    {"data_dir", R"("/var/lib/sip \"wake\"")"},
    {"log_level", R"("debug")"},
    {"tls.certificate", R"("/etc/tls/chain.pem")"},
    {"tls.private_key", R"("/etc/tls/key.pem")"},
    {"tls.client_ca", R"("/etc/tls/clients.pem")"},
    {"tls.require_client_certificate", "false"},
    {"tls.peer_ca", R"("/etc/tls/pbx.pem")"},
    {"tls.host.name", R"("*.b.example")"},
    {"tls.host.certificate", R"("/etc/tls/b.pem")"},
    {"tls.host.private_key", R"("/etc/tls/b.key")"},
    {"connections.total", "100"},
    {"connections.per_address", "10"},
    {"connections.unsent_bytes", "100000"},
    {"connections.handshake_timeout", R"("5s")"},
    {"connections.first_message_timeout", R"("20s")"},
    {"connections.idle_timeout", R"("3h")"},
    {"connections.ping_interval", R"("20s")"},
    {"http.tls", "true"},
    {"http.address", R"("[::1]:9000")"},
    {"http.metrics_token", "true"},
    {"auth.algorithms", R"(["MD5"])"},
    {"auth.trusted", R"(["192.0.2.0/24 udp", "2001:db8::/32"])"},
    {"abuse.exempt", R"(["127.0.0.0/8", "::1/128"])"},
    {"abuse.messages", "50"},
    {"abuse.requests", "20"},
    {"abuse.device_messages", "90"},
    {"abuse.pushes", "6"},
    {"abuse.failed_logins", "5"},
    {"abuse.ban_times", R"(["30s", "1h"])"},
    {"abuse.forget_after", R"("7d")"},
    {"abuse.scanners", R"(["scanner", "Émile"])"},
    {"pbx.address", R"("[2001:db8::5]:5070;transport=tls")"},
    {"pbx.tls_name", R"("pbx.example")"},
    {"dns.servers", R"(["127.0.0.1:5353", "[::1]:53"])"},
    {"dns.timeout", R"("500ms")"},
    {"capture.hep", R"("[::1]:9061")"},
    {"capture.id", "4294967295"},
    {"capture.name", R"("edge")"},
    {"capture.key", R"("word")"},
    {"registrar.min_expires", R"("30s")"},
    {"registrar.max_expires", R"("2h30m")"},
    {"registrar.default_expires", R"("5m")"},
    {"registrar.max_contacts", "3"},
    {"registrar.flow_timer", R"("1m30s")"},
    {"registrar.refuse_unknown_push", "true"},
    {"nat.keep_alive", R"("options")"},
    {"nat.interval", R"("40s")"},
    {"device.forget_after", R"("30d")"},
    {"wake.timeout", R"("20s500ms")"},
    {"wake.retry", R"("10s")"},
    {"wake.adaptive", "true"},
    {"wake.provisional", "183"},
    {"wake.unknown_devices", "true"},
    {"wake.caller_details", "false"},
    {"wake.budget.device", "0"},
    {"wake.budget.device_each", R"("3m")"},
    {"wake.budget.callee", "7"},
    {"wake.budget.callee_each", R"("4s")"},
    {"wake.budget.caller", "8"},
    {"wake.budget.caller_each", R"("1h")"},
    {"wake.mid_dialog", "false"},
    {"wake.refresh", "true"},
    {"wake.coalesce", R"("500ms")"},
    {"fork.strategy", R"("serial")"},
    {"fork.serial_timeout", R"("25s")"},
    {"fork.ring_limit", R"("2m")"},
    {"fork.decline", R"("device")"},
    {"fork.timer_c", R"("4m")"},
    {"calls.message_heads", R"("all")"},
    {"late_call.enabled", "false"},
    {"late_call.window", R"("20s")"},
    {"late_call.push_window", R"("1m")"},
    {"late_call.platforms", R"(["fcm"])"},
    {"late_call.user_agents", R"(["Phone\\*", "Caf\u0001é"])"},
    {"late_call.missed_push", R"("message")"},
    {"late_call.apns.window", R"("25s")"},
    {"late_call.apns.push_window", R"("1m10s")"},
    {"late_call.fcm.window", R"("5s")"},
    {"late_call.fcm.push_window", R"("30s")"},
    {"late_call.webpush.window", R"("6s")"},
    {"late_call.webpush.push_window", R"("31s")"},
    {"late_call.webhook.window", R"("7s")"},
    {"late_call.webhook.push_window", R"("32s")"},
    {"push.webhook.url", R"("http://[::1]:9000/push?x=1")"},
    {"push.webhook.secret_file", R"("SECRET_FILE")"},
    {"push.webhook.timeout", R"("2s")"},
    {"push.webhook.fallback", R"(["http://[::1]:9001/"])"},
    {"push.webhook.parallel", "16"},
    {"push.webhook.proxy", R"("http://proxy.example.com:3128")"},
    {"push.webhook.ca_file", R"("/etc/tls/receiver.pem")"},
    {"push.apns.key_file", R"("SECRET_FILE")"},
    {"push.apns.key_id", R"("ABC1234567")"},
    {"push.apns.team_id", R"("DEF1234567")"},
    {"push.apns.topics", R"(["com.example.phone", "com.example.other"])"},
    {"push.apns.endpoint", R"("https://127.0.0.1:2197")"},
    {"push.apns.sandbox_endpoint", R"("https://[::1]:2198")"},
    {"push.apns.ca_file", R"("/etc/tls/test-ca.pem")"},
    {"push.apns.payload_file", R"("PAYLOAD_FILE")"},
    {"push.apns.proxy", R"("http://proxy.example:3128")"},
    {"push.fcm.service_account_file", R"("ACCOUNT_FILE")"},
    {"push.fcm.senders", R"(["123456789012"])"},
    {"push.fcm.endpoint", R"("https://127.0.0.1:8443")"},
    {"push.fcm.ca_file", R"("/etc/tls/test-ca.pem")"},
    {"push.fcm.payload_file", R"("PAYLOAD_FILE")"},
    {"push.fcm.proxy", R"("http://proxy.example")"},
    {"push.webpush.subject", R"("mailto:ops@b.example")"},
    {"push.webpush.key_file", R"("SECRET_FILE")"},
    {"push.webpush.ca_file", R"("/etc/tls/test-ca.pem")"},
    {"push.webpush.payload_file", R"("PAYLOAD_FILE")"},
    {"push.webpush.proxy", R"("http://192.0.2.1:3128")"},
    {"push.webpush.private_addresses", "true"},
    {"store.durability", R"("fsync")"},
    {"listen.origins", R"(["https://phone.example"])"},
    {"listen.transport", R"("tls")"},
    {"listen.address", R"("127.0.0.1:5070")"},
    {"listen.advertise", R"("sip.example:5071")"},
};

/// Every key as "section.name", from the table that parser and printer walk.
std::set<std::string> all_keys() {
  std::set<std::string> keys;
  for (const auto& section : sections())
    for (const auto& key : section.keys)
      keys.insert((section.name.empty() ? "" : std::string{section.name} + '.') +
                  std::string{key.name});
  for (const auto& key : listener_keys()) keys.insert("listen." + std::string{key.name});
  for (const auto& key : tls_host_keys()) keys.insert("tls.host." + std::string{key.name});
  for (const auto& key : apns_keys()) keys.insert("push.apns." + std::string{key.name});
  for (const auto& key : fcm_keys()) keys.insert("push.fcm." + std::string{key.name});
  return keys;
}

/// The value that a printed file gives each key; commented lines are not set.
std::map<std::string, std::string> printed_values(const std::string& text) {
  std::map<std::string, std::string> values;
  std::string section;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      const auto begin = line.find_first_not_of('[');
      section = line.substr(begin, line.find(']') - begin) + '.';
      continue;
    }
    const auto equals = line.find(" = ");
    values[section + line.substr(0, equals)] = line.substr(equals + 3);
  }
  return values;
}

const std::set<std::string> arrays{"listen", "tls.host", "push.apns", "push.fcm"};

/// A key that only its owner may read, and a service account.
class SecretFiles {
 public:
  SecretFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-key-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    write(key(), "secret");
    write(payload(), R"({"call": {"aps": {}}})");
    write(account(), R"({"project_id": "my-project", "client_email": "a@b", "private_key": "PEM",
      "private_key_id": "1", "token_uri": "https://oauth2.googleapis.com/token"})");
  }
  ~SecretFiles() { std::filesystem::remove_all(folder_); }
  SecretFiles(SecretFiles&&) = delete;
  std::string key() const { return folder_ / "key"; }
  std::string payload() const { return folder_ / "payload.json"; }
  std::string account() const { return folder_ / "account.json"; }

 private:
  static void write(const std::string& path, const char* text) {
    std::ofstream{path} << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  }
  std::filesystem::path folder_;
};

TEST(RoundTrip, PrintedDefaultsReadBackAsTheDefaults) {
  const auto text = print(defaults());
  EXPECT_EQ(print(parse(text, "printed.toml")), text);
}

TEST(RoundTrip, CoversEveryKeyOfTheFormat) {
  std::set<std::string> covered;
  for (const auto& [key, value] : others) covered.insert(key);
  EXPECT_EQ(covered, all_keys());
}

TEST(RoundTrip, KeepsAnotherValueOfEveryKey) {
  const SecretFiles files;
  auto wanted = others;
  for (auto& [key, value] : wanted) {
    if (value == R"("SECRET_FILE")") value = '"' + files.key() + '"';
    if (value == R"("PAYLOAD_FILE")") value = '"' + files.payload() + '"';
    if (value == R"("ACCOUNT_FILE")") value = '"' + files.account() + '"';
  }

  std::string top;
  std::map<std::string, std::string> tables;
  for (const auto& [key, value] : wanted) {
    const auto dot = key.rfind('.');
    if (dot == std::string::npos)
      top += key + " = " + value + '\n';
    else
      tables[key.substr(0, dot)] += key.substr(dot + 1) + " = " + value + '\n';
  }
  for (const auto& [section, lines] : tables)
    top += (arrays.contains(section) ? "[[" + section + "]]\n" : '[' + section + "]\n") + lines;

  const auto printed = print(parse(top, "sipwake.toml"));
  EXPECT_EQ(printed_values(printed), wanted);
  EXPECT_EQ(print(parse(printed, "printed.toml")), printed);
  for (const auto& [key, value] : printed_values(print(defaults())))
    EXPECT_NE(wanted[key], value) << key << " has its default here";
}

TEST(RoundTrip, ExamplesOfKeysThatAreNotSetCanBeUncommented) {
  const SecretFiles files;
  std::string text;
  std::istringstream lines{print(defaults())};
  for (std::string line; std::getline(lines, line);) {
    const bool example =
        line.starts_with("# ") && (line.find(" = ") != std::string::npos || line.find("# [") == 0);
    if (example) line = line.substr(2);
    for (const std::string key : {"secret_file", "key_file"})
      if (line.starts_with(key)) line = key + " = \"" + files.key() + '"';
    if (line.starts_with("payload_file")) line = "payload_file = \"" + files.payload() + '"';
    if (line.starts_with("service_account_file"))
      line = "service_account_file = \"" + files.account() + '"';
    text += line + '\n';
  }
  const auto config = parse(text, "sipwake.toml");
  EXPECT_EQ(config.settings.domains.size(), 1U);
  EXPECT_EQ(config.settings.listeners.size(), 1U);
  EXPECT_TRUE(config.settings.pbx);
  EXPECT_TRUE(config.settings.webhook);
  EXPECT_EQ(config.settings.apns.size(), 1U);
  EXPECT_EQ(config.settings.fcm.size(), 1U);
  EXPECT_TRUE(config.settings.webpush);
}

TEST(RoundTrip, WritesThePbxAsItWasMeant) {
  for (const char* address :
       {"pbx.example.com", "pbx.example.com:5070", "pbx.example.com;transport=udp",
        "pbx.example.com:5070;transport=tcp", "192.0.2.1:5060;transport=udp"}) {
    const auto config =
        parse(std::string{"[pbx]\naddress = \""} + address + "\"\n", "sipwake.toml");
    EXPECT_NE(print(config).find(std::string{"address = \""} + address + "\"\n"), std::string::npos)
        << address;
  }
}

TEST(RoundTrip, EveryKeyHasAComment) {
  for (const auto& section : sections())
    for (const auto& key : section.keys) EXPECT_FALSE(key.comment.empty()) << key.name;
  for (const auto& key : listener_keys()) EXPECT_FALSE(key.comment.empty()) << key.name;
  for (const auto& key : tls_host_keys()) EXPECT_FALSE(key.comment.empty()) << key.name;
  for (const auto& key : apns_keys()) EXPECT_FALSE(key.comment.empty()) << key.name;
  for (const auto& key : fcm_keys()) EXPECT_FALSE(key.comment.empty()) << key.name;
}

}  // namespace
}  // namespace proxy::config
