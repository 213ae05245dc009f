#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "proxy/config/config.hpp"
#include "proxy/config/fields.hpp"
#include "proxy/config/keys.hpp"
#include "proxy/config/suggest.hpp"
#include "proxy/config/value.hpp"

namespace proxy::config {
namespace {

constexpr std::size_t file_bytes_max = 1'048'576;
constexpr std::size_t listeners_max = 64;
constexpr std::size_t tls_hosts_max = 1'000;
constexpr std::size_t push_apps_max = 100;
constexpr std::string_view push_prefix = "push.";

std::string in_brackets(std::string_view section) { return '[' + std::string{section} + ']'; }

const Section* find_section(std::string_view name) {
  for (const auto& section : sections())
    if (section.name == name) return &section;
  return nullptr;
}

/// The entry of a section that is a section of its own: "late_call.apns".
std::string inner_name(std::string_view section, std::string_view key) {
  return std::string{section}.append(".").append(key);
}

/// Which entries of a table are tables of their own.
using Skip = bool (*)(std::string_view table, std::string_view key);

/// Reads the keys of one table but for those that are tables of their own.
template <class Target>
void read_keys(const toml::table& table, std::span<const Key<Target>> keys, std::string_view name,
               const Source& source, Target& target, Skip skip) {
  const Value whole{table, source, std::string{name}};
  for (const auto& [written, node] : table) {
    if (skip(name, written.str())) continue;
    const Key<Target>* known = nullptr;
    std::vector<std::string_view> names;
    for (const auto& key : keys) {
      names.push_back(key.name);
      if (key.name == written.str()) known = &key;
    }
    if (known == nullptr) {
      for (const auto& section : sections())
        if (!name.empty() && section.name.starts_with(inner_name(name, "")))
          names.push_back(section.name.substr(name.size() + 1));
      if (name.empty())
        for (const auto& section : sections())
          names.push_back(section.name.substr(0, section.name.find('.')));
      fail_at(source, written.source(),
              "unknown key '" + std::string{written.str()} + "'" +
                  (name.empty() ? "" : " in " + in_brackets(name)) +
                  suggestion(written.str(), names));
    }
    known->read(*whole.child(written.str()), target);
  }
  for (const auto& key : keys)
    if (key.required && !table.contains(key.name))
      whole.fail("needs '" + std::string{key.name} + "'");
}

bool skip_nothing(std::string_view, std::string_view) { return false; }
bool skip_inner(std::string_view section, std::string_view key) {
  return find_section(inner_name(section, key)) != nullptr;
}
bool skip_hosts(std::string_view, std::string_view key) { return key == "host"; }
bool skip_sections(std::string_view, std::string_view key) {
  return key == "listen" || key == "push" || (!key.empty() && find_section(key) != nullptr);
}

void read_section(std::string_view name, const toml::key& key, const toml::node& node,
                  const Source& source, Config& config) {
  const auto* section = find_section(name);
  const auto* table = node.as_table();
  if (table == nullptr)
    fail_at(source, key.source(), std::string{name} + " must be a table: " + in_brackets(name));
  read_keys(*table, section->keys, name, source, config, name == "tls" ? skip_hosts : skip_inner);
  for (const auto& [inner, entry] : *table)
    if (skip_inner(name, inner.str()))
      read_section(inner_name(name, inner.str()), inner, entry, source, config);
}

/// An array of tables that is no section: [[tls.host]], [[push.apns]].
template <class Target>
void read_tables(const toml::node& node, std::span<const Key<Target>> keys, const std::string& name,
                 std::size_t most, const Source& source, std::vector<Target>& targets) {
  const auto* array = node.as_array();
  if (array == nullptr || !array->is_array_of_tables())
    fail_at(source, node.source(), name + " must be written with two brackets: [[" + name + "]]");
  if (array->size() > most)
    fail_at(source, node.source(), "at most " + std::to_string(most) + " [[" + name + "]]");
  for (const auto& entry : *array) {
    Target target;
    read_keys(*entry.as_table(), keys, name, source, target, skip_nothing);
    targets.push_back(std::move(target));
  }
}

/// [[tls.host]].
void read_tls_hosts(const toml::table& tls, const Source& source,
                    std::vector<Settings::TlsHost>& hosts) {
  const auto* node = tls.get("host");
  if (node == nullptr) return;
  read_tables(*node, tls_host_keys(), "tls.host", tls_hosts_max, source, hosts);
  for (std::size_t i = 0; i < hosts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (hosts[i].name == hosts[j].name)
        fail_at(source, node->as_array()->get(i)->source(),
                "tls.host has \"" + hosts[i].name + "\" twice");
}

/// Conditions between keys, also of other sections.
void check_sections(const toml::table& document, const Source& source, const Config& config) {
  for (const auto& section : sections()) {
    const auto* table = document.at_path(section.name).as_table();
    if (section.check != nullptr && table != nullptr)
      section.check(Value{*table, source, std::string{section.name}}, config);
  }
}

/// [push.webhook] and its siblings.
void read_push(const toml::key& key, const toml::node& node, const Source& source, Config& config) {
  const auto* table = node.as_table();
  if (table == nullptr) fail_at(source, key.source(), "push must be a table: [push.webhook]");
  for (const auto& [service, inner] : *table) {
    const auto name = std::string{push_prefix}.append(service.str());
    if (service != "apns" && service != "fcm" && find_section(name) == nullptr) {
      constexpr std::array<std::string_view, 4> services{"webhook", "apns", "fcm", "webpush"};
      fail_at(source, service.source(),
              "unknown key '" + std::string{service.str()} + "' in [push]" +
                  suggestion(service.str(), services));
    }
    if (service == "apns")
      read_tables(inner, apns_keys(), name, push_apps_max, source, config.settings.apns);
    else if (service == "fcm")
      read_tables(inner, fcm_keys(), name, push_apps_max, source, config.settings.fcm);
    else
      read_section(name, service, inner, source, config);
  }
}

void read_listeners(const toml::key& key, const toml::node& node, const Source& source,
                    std::vector<Settings::Listener>& listeners) {
  const auto* array = node.as_array();
  if (array == nullptr)
    fail_at(source, key.source(), "listen must be written with two brackets: [[listen]]");
  if (array->size() > listeners_max)
    fail_at(source, key.source(), "at most " + std::to_string(listeners_max) + " [[listen]]");
  for (const auto& entry : *array) {
    const auto* table = entry.as_table();
    if (table == nullptr)
      fail_at(source, entry.source(), "listen must be written with two brackets: [[listen]]");
    Settings::Listener listener;
    read_keys(*table, listener_keys(), "listen", source, listener, skip_nothing);
    for (const auto& other : listeners)
      if (listener.address.port != 0 && other.transport == listener.transport &&
          other.address == listener.address)
        fail_at(source, table->source(),
                "listen has " + std::string{sip::to_string(listener.transport)} + ' ' +
                    listener.address.to_string() + " twice");
    listeners.push_back(std::move(listener));
  }
}

toml::table parse_toml(std::string_view text, const Source& source) {
  try {
    return toml::parse(text, source.name);
  } catch (const toml::parse_error& error) {
    fail_at(source, error.source(), std::string{error.description()});
  }
}

}  // namespace

Config defaults() {
  Config config;
  std::error_code error;
  const auto folder = std::filesystem::absolute(config.settings.data_dir, error);
  if (!error) config.settings.data_dir = folder.lexically_normal().string();
  config.settings.http_address = *sip::Endpoint::parse("127.0.0.1:8080");
  return config;
}

Config parse(std::string_view text, std::string_view source_name) {
  Config config = defaults();
  const Source source{std::string{source_name}, std::filesystem::path{source_name}.parent_path(),
                      config.named_files};
  const auto document = parse_toml(text, source);
  read_keys(document, find_section("")->keys, "", source, config, skip_sections);
  for (const auto& [key, node] : document) {
    if (key.str() == "listen")
      read_listeners(key, node, source, config.settings.listeners);
    else if (key.str() == "push")
      read_push(key, node, source, config);
    else if (skip_sections("", key.str()))
      read_section(key.str(), key, node, source, config);
    if (key.str() == "tls") read_tls_hosts(*node.as_table(), source, config.settings.tls.hosts);
  }
  check_sections(document, source, config);
  return config;
}

Config load(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad())
    throw ConfigError{file.string() + ": cannot be read: " + std::strerror(errno)};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max)
    throw ConfigError{file.string() + ": is too large for a configuration (at most 1 MB)"};
  return parse(text, file.string());
}

}  // namespace proxy::config
