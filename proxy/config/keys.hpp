#pragma once
#include <span>
#include <string>
#include <string_view>

#include "proxy/config/config.hpp"
#include "proxy/config/value.hpp"

namespace proxy::config {

/// One key of the file: what it means, how it is read and how it is shown. Reading and printing
/// walk the same table, so that neither can know a key the other does not.
template <class Target>
struct Key {
  std::string_view name;
  std::string_view comment;
  std::string_view example;  ///< TOML, shown commented out while the key is not set
  void (*read)(const Value& value, Target& target);
  std::string (*print)(const Target& target);  ///< TOML, empty: not set
  bool required{false};                        ///< when its section is written at all
};

struct Section {
  std::string_view name;  ///< "wake", "push.webhook"; empty: the top of the file
  std::string_view comment;
  std::span<const Key<Config>> keys;
  /// Conditions between keys, after all of them are read; may be null.
  void (*check)(const Value& table, const Config& config){nullptr};
};

/// In the order of the printed file.
std::span<const Section> sections();
/// The keys of each [[listen]].
std::span<const Key<Settings::Listener>> listener_keys();
/// The keys of each [[tls.host]].
std::span<const Key<Settings::TlsHost>> tls_host_keys();
/// The keys of each [[push.apns]] and each [[push.fcm]].
std::span<const Key<Settings::Apns>> apns_keys();
std::span<const Key<Settings::Fcm>> fcm_keys();

}  // namespace proxy::config
