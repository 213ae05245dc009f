#include "web/api/provisioning.hpp"

#include <algorithm>
#include <array>

#include "web/api/aor.hpp"

namespace web::api {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 has no way to write most control characters.
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

class Config {
 public:
  void begin(std::string_view section) {
    text_.append("  <section name=\"").append(section).append("\">\n");
  }
  void entry(std::string_view name, std::string_view value) {
    text_.append("    <entry name=\"").append(name).append("\" overwrite=\"true\">");
    text_.append(escaped(value)).append("</entry>\n");
  }
  void end() { text_ += "  </section>\n"; }
  std::string finish() && { return std::move(text_) + "</config>\n"; }

 private:
  std::string text_{
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<config xmlns=\"http://www.linphone.org/xsds/lpconfig.xsd\">\n"};
};

/// RFC 3261 section 25.1, quoted-string.
std::string quoted(std::string_view name) {
  std::string out{'"'};
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

void put_secrets(Config& config, const proxy::record::User& user) {
  struct Secret {
    std::string_view algorithm;
    std::string_view ha1;
  };
  const auto at = user.aor.rfind('@');
  const auto name = std::string_view{user.aor}.substr(0, at);
  const auto domain =
      at == std::string::npos ? std::string_view{} : std::string_view{user.aor}.substr(at + 1);
  int number = 0;
  for (const Secret& secret : {Secret{"SHA-256", user.ha1_sha256}, Secret{"MD5", user.ha1_md5}}) {
    if (secret.ha1.empty()) continue;
    config.begin("auth_info_" + std::to_string(number++));
    config.entry("username", name);
    config.entry("ha1", secret.ha1);
    config.entry("realm", domain);
    config.entry("domain", domain);
    config.entry("algorithm", secret.algorithm);
    config.end();
  }
}

}  // namespace

WayIn way_in(const std::vector<WayIn>& ways, const std::vector<std::string>& certificate_names) {
  constexpr std::array<std::string_view, 3> best_first{"tls", "tcp", "udp"};
  for (const auto transport : best_first) {
    const auto found = std::ranges::find(ways, transport, &WayIn::transport);
    if (found == ways.end()) continue;
    WayIn way = *found;
    const auto name = std::ranges::find_if(
        certificate_names, [](const std::string& one) { return !one.starts_with('*'); });
    if (transport == "tls" && name != certificate_names.end()) way.host = *name;
    return way;
  }
  return {};
}

std::string provisioning_xml(const proxy::record::User& user, const WayIn& way) {
  const auto server =
      "<sip:" + way.host + ":" + std::to_string(way.port) + ";transport=" + way.transport + ">";
  auto identity = "<sip:" + escape_aor(user.aor) + ">";
  if (!user.display_name.empty()) identity = quoted(user.display_name) + " " + identity;
  Config config;
  config.begin("sip");
  config.entry("default_proxy", "0");
  config.end();
  config.begin("proxy_0");
  config.entry("reg_identity", identity);
  config.entry("reg_proxy", server);
  config.entry("reg_route", server);
  config.entry("reg_sendregister", "1");
  config.entry("reg_expires", "600");
  config.entry("push_notification_allowed", "1");
  config.entry("remote_push_notification_allowed", "1");
  config.end();
  put_secrets(config, user);
  return std::move(config).finish();
}

}  // namespace web::api
