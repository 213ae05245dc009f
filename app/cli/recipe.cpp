#include "app/recipe/recipe.hpp"

#include <algorithm>
#include <iostream>

#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/http.hpp"
#include "proxy/runtime/loop/host.hpp"

namespace app::cli {
namespace {

using recipe::Values;

const recipe::Recipe* find_recipe(std::string_view name) {
  const auto all = recipe::recipes();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string names_of_all() {
  std::string out;
  for (const auto& one : recipe::recipes()) out.append(out.empty() ? "" : ", ").append(one.name);
  return out;
}

std::string bare(std::string host) {
  if (host.size() > 2 && host.front() == '[') return host.substr(1, host.size() - 2);
  return host;
}

/// "192.0.2.1", "192.0.2.1:5080", "[2001:db8::1]:5060" or a name, into host and port.
void read_address(const std::string& text, const char* option, std::string& host,
                  std::string& port) {
  const auto read = proxy::runtime::parse_advertise(text);
  if (!read)
    throw BadUsage{std::string{option} + " must be an address or a name, with a port or without"};
  host = bare(read->host);
  if (read->port != 0) port = std::to_string(read->port);
}

/// Where the PBX reaches us: the listener of that transport, as the server would say it.
void find_sipwake(const proxy::Settings& settings, Values& values) {
  for (const auto& listener : settings.listeners)
    values.listens.emplace_back(sip::to_string(listener.transport));
  const auto host = proxy::runtime::look_at_host();
  std::vector<sip::net::Network::Bound> bound;
  for (const auto& listener : settings.listeners)
    bound.push_back({listener.transport, listener.address});
  for (const auto& local : proxy::runtime::find_locals(settings.listeners, bound, host))
    if (sip::to_string(local.transport) == values.transport && values.sipwake_host.empty()) {
      values.sipwake_host = bare(local.host);
      if (local.port != 0) values.sipwake_port = std::to_string(local.port);
    }
  if (values.sipwake_host.empty())
    values.sipwake_host = proxy::runtime::main_address(host, true).to_string();
}

Values values_of(const RecipeOptions& options, bool is_alone) {
  const auto settings = options.place.load_with_names();
  Values out;
  out.domain = options.domain.empty() ? settings.domains.front() : options.domain;
  if (!is_plain_text(out.domain) || !proxy::runtime::parse_advertise(out.domain))
    throw BadUsage{"--domain must be a domain such as example.com"};
  const auto known = settings.pbx;
  out.transport = !options.transport.empty()     ? options.transport
                  : is_alone                     ? "tls"
                  : known && options.pbx.empty() ? std::string{sip::to_string(known->transport)}
                                                 : "udp";
  out.sipwake_port = out.pbx_port = out.transport == "tls" ? "5061" : "5060";
  if (!options.pbx.empty()) {
    read_address(options.pbx, "--pbx", out.pbx_host, out.pbx_port);
  } else if (known) {
    out.pbx_host = bare(known->host);
    if (known->port != 0) out.pbx_port = std::to_string(known->port);
  } else if (!is_alone && !options.csv) {
    throw BadUsage{"say where the PBX is: --pbx 192.0.2.10"};
  }
  find_sipwake(settings, out);
  if (!options.sipwake.empty())
    read_address(options.sipwake, "--sipwake", out.sipwake_host, out.sipwake_port);
  for (const auto& range : options.extensions)
    out.extensions.push_back(recipe::read_extensions(range));
  if (out.extensions.empty())
    throw BadUsage{"say which extensions move to sipwake: --extension 100..120"};
  return out;
}

}  // namespace

int recipe_show(const RecipeOptions& options) {
  if (options.name.empty()) {
    for (const auto& one : recipe::recipes()) std::cout << one.name << '\t' << one.title << '\n';
    return Exit::done;
  }
  const auto* found = find_recipe(options.name);
  if (found == nullptr)
    throw BadUsage{"there is no recipe '" + options.name + "'; there are " + names_of_all()};
  const auto values = values_of(options, found->name == "standalone");
  if (options.csv)
    std::cout << recipe::users_csv(values, make_password);
  else
    std::cout << "# " << found->title << "\n\n" << found->write(values);
  return Exit::done;
}

}  // namespace app::cli
