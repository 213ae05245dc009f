#include "proxy/config/config.hpp"
#include "proxy/config/fields.hpp"
#include "proxy/config/keys.hpp"

namespace proxy::config {
namespace {

constexpr std::string_view unset = "# ";

/// "key = value", or the example behind a "# " when the key is not set.
template <class Target>
std::string line(const Key<Target>& key, const Target& target) {
  const auto value = key.print(target);
  std::string text{value.empty() ? unset : ""};
  text.append(key.name).append(" = ");
  return text.append(value.empty() ? key.example : std::string_view{value}) + '\n';
}

template <class Target>
std::string body(std::span<const Key<Target>> keys, const Target& target) {
  std::string text;
  for (const auto& key : keys)
    text.append("# ").append(key.comment).append("\n") += line(key, target);
  return text;
}

template <class Target>
bool is_set(std::span<const Key<Target>> keys, const Target& target) {
  for (const auto& key : keys)
    if (!key.print(target).empty()) return true;
  return false;
}

std::string listeners(const std::vector<Settings::Listener>& listeners) {
  std::string text =
      "\n# Where SIP is heard; without any: udp and tcp on port 5060 of every address.\n";
  if (listeners.empty()) {
    text += "# [[listen]]\n";
    for (const auto& key : listener_keys())
      text.append("# ").append(key.name).append(" = ").append(key.example) += '\n';
    return text;
  }
  for (const auto& listener : listeners)
    text += "[[listen]]\n" + body(listener_keys(), listener) + '\n';
  text.pop_back();
  return text;
}

/// [[tls.host]] and its like.
template <class Target>
std::string tables(std::string_view name, std::span<const Key<Target>> keys,
                   const std::vector<Target>& targets) {
  const std::string title = "[[" + std::string{name} + "]]\n";
  if (!targets.empty()) {
    std::string text;
    for (const auto& target : targets) text += title + body(keys, target);
    return text;
  }
  std::string text = std::string{unset} + title;
  for (const auto& key : keys)
    text.append("# ").append(key.name).append(" = ").append(key.example) += '\n';
  return text;
}

std::string push_apps(const Settings& settings) {
  return "\n# Wakes phones through Apple, one key of one team each.\n" +
         tables("push.apns", apns_keys(), settings.apns) +
         "\n# Wakes phones through Google, one project each.\n" +
         tables("push.fcm", fcm_keys(), settings.fcm);
}

}  // namespace

std::string print(const Config& config) {
  std::string text;
  for (const auto& section : sections()) {
    if (!section.name.empty()) {
      text += '\n';
      if (!section.comment.empty()) text.append("# ").append(section.comment) += '\n';
      text.append(is_set(section.keys, config) ? "" : unset)
          .append("[")
          .append(section.name)
          .append("]\n");
    }
    text += body(section.keys, config);
    if (section.name.empty()) text += listeners(config.settings.listeners);
    if (section.name == "tls")
      text += tables("tls.host", tls_host_keys(), config.settings.tls.hosts);
    if (section.name == "push.webhook") text += push_apps(config.settings);
  }
  return text;
}

}  // namespace proxy::config
