#include "app/cli/welcome.hpp"

#include <algorithm>
#include <ostream>
#include <string>

#include "app/cli/admin.hpp"
#include "proxy/runtime/loop/token.hpp"
#include "proxy/runtime/store/reader.hpp"
#include "sipstack/base/text.hpp"

namespace app::cli {
namespace {

std::string shell_word(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return sip::is_alpha(c) || sip::is_digit(c) || c == '/' || c == '.' || c == '-' || c == '_';
  });
  if (plain) return text;
  std::string word{'\''};
  for (const char c : text) word += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return word + '\'';
}

/// The options that make the next command find the same data.
std::string place_option(const Place& place) {
  std::string option;
  if (!place.config_file.empty()) option += " --config " + shell_word(place.config_file);
  if (!place.data_dir.empty()) option += " --data-dir " + shell_word(place.data_dir);
  return option;
}

/// The demo's own users are nobody's phones.
bool has_users(proxy::store::Reader& reader) {
  constexpr std::size_t demo_users = 5;
  for (const auto& user : reader.users(0, demo_users + 1))
    if (!user.aor.starts_with("demo-")) return true;
  return false;
}

/// Empty in a build without HTTP. What is bound to all addresses can be opened by any of them.
std::string http_url(const Running& running) {
  const auto bound = running.http();
  if (bound.port == 0) return "";
  const auto where = bound.address.is_unspecified() ? "localhost:" + std::to_string(bound.port)
                                                    : bound.to_string();
  return (running.server().settings().https() ? "https://" : "http://") + where;
}

void first_token(Running& running, std::ostream& out) {
  const auto token = proxy::runtime::make_token();
  must(running.change(proxy::AddToken{"first", token.hash}), "the first token");
  out << "\nFirst API token, shown only now: " << token.text << '\n';
  if (const auto url = http_url(running); !url.empty())
    out << "Try it:  curl -H 'Authorization: Bearer " << token.text << "' " << url
        << "/api/v1/status\n";
}

/// The page's password is made at the first start and can be read nowhere else.
void first_administrator(Running& running, std::ostream& out) {
  const auto password = make_password();
  must(running.change(proxy::SetAdministrator{hash_password(password)}),
       "the password of the page");
  out << "\nThe page:  " << http_url(running) << "/\nPassword:  " << password
      << "   (shown only now; `sipwake admin password` makes a new one)\n";
}

}  // namespace

void welcome(Running& running, const Place& place, std::ostream& out) {
  const auto& settings = running.server().settings();
  out << "sipwake " SIPWAKE_VERSION "\n";
  for (const auto& local : settings.locals)
    out << "  sip   " << sip::to_string(local.transport) << ' ' << local.bound.to_string() << '\n';
  if (const auto url = http_url(running); !url.empty())
    out << "  http  " << url
        << (running.http().address.is_unspecified() ? " and every address of this machine\n"
                                                    : "\n");
  for (const auto& domain : settings.domains) out << "  for   " << domain << '\n';
  out << "  data  " << settings.data_dir << '\n';
  for (const auto& certificate : running.server().certificates())
    if (certificate.self_signed)
      out << "  tls   self-signed certificate " << certificate.file << "\n        SHA-256 "
          << certificate.fingerprint << '\n';

  proxy::store::Reader reader{settings.data_dir};
  if (has_http && !reader.setting(proxy::record::administrator_key))
    first_administrator(running, out);
  if (reader.tokens().empty()) first_token(running, out);
  if (!has_users(reader)) {
    const auto domain = settings.domains.empty() ? "example.com" : settings.domains.front();
    out << "\nNo users of your own yet. Add one:  sipwake user add alice@" << domain
        << place_option(place) << '\n';
  }
  out << "\nReady. Ctrl-C or SIGTERM ends it." << std::endl;
}

}  // namespace app::cli
