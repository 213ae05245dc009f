#include "proxy/config/call_keys.hpp"

#include <array>

#include "proxy/config/fields.hpp"

namespace proxy::config {
namespace {

using ConfigKey = Key<Config>;

constexpr std::array<std::string_view, 3> message_heads{"woken", "all", "off"};

const std::array keys{
    ConfigKey{
        "message_heads",
        "Whose messages' headers are kept, secrets hidden: calls that woke a phone, all, off.", "",
        [](const Value& v, Config& c) {
          c.settings.calls.message_heads =
              static_cast<Settings::MessageHeads>(read_choice(v, message_heads));
        },
        [](const Config& c) {
          const auto which = static_cast<std::size_t>(c.settings.calls.message_heads);
          return in_quotes(message_heads[which]);
        }},
};

}  // namespace

std::span<const ConfigKey> call_keys() { return keys; }

}  // namespace proxy::config
