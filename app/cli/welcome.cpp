#include "app/cli/welcome.hpp"

#include <chrono>
#include <ostream>

#include "app/cli/admin.hpp"
#include "app/cli/token.hpp"
#include "proxy/runtime/store/reader.hpp"

namespace app::cli {
namespace {

/// The option that makes the next command find the same data.
std::string place_option(const Place& place) {
  if (!place.config_file.empty()) return " --config " + place.config_file;
  if (!place.data_dir.empty()) return " --data-dir " + place.data_dir;
  return "";
}

void first_token(Running& running, const std::string& url, std::ostream& out) {
  const auto token = make_token();
  must(running.change(proxy::AddToken{"first", token.hash}), "the first token");
  out << "\nFirst API token, shown only now: " << token.text
      << "\nTry it:  curl -H 'Authorization: "
      << "Bearer " << token.text << "' " << url << "/api/v1/status\n";
}

}  // namespace

void welcome(Running& running, const Place& place, std::ostream& out) {
  const auto& settings = running.server().settings();
  const auto url = "http://" + running.http().to_string();
  out << "sipwake " SIPWAKE_VERSION "\n";
  for (const auto& local : settings.locals)
    out << "  sip   " << sip::to_string(local.transport) << ' ' << local.bound.to_string() << '\n';
  out << "  http  " << url << '\n';
  for (const auto& domain : settings.domains) out << "  for   " << domain << '\n';
  out << "  data  " << settings.data_dir << '\n';

  proxy::store::Reader reader{settings.data_dir};
  if (reader.tokens().empty()) first_token(running, url, out);
  if (reader.users(0, 1).empty()) {
    const auto domain = settings.domains.empty() ? "example.com" : settings.domains.front();
    out << "\nThere are no users yet. Add one:  sipwake user add alice@" << domain
        << place_option(place) << '\n';
  }
  out << "\nReady. Ctrl-C or SIGTERM ends it." << std::endl;
}

}  // namespace app::cli
