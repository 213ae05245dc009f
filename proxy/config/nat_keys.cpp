#include "proxy/config/nat_keys.hpp"

#include <array>

#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"

namespace proxy::config {
namespace {

using std::chrono::minutes;
using namespace std::chrono_literals;
using ConfigKey = Key<Config>;
using KeepAlive = Settings::Nat::KeepAlive;

constexpr std::array<std::string_view, 3> keep_alives{"off", "crlf", "options"};  // as the enum

const std::array keys{
    ConfigKey{"keep_alive",
              "What registered phones behind NAT are sent over UDP: off; crlf: an empty datagram; "
              "options: a request they answer.",
              "",
              [](const Value& v, Config& c) {
                c.settings.nat.keep_alive = static_cast<KeepAlive>(read_choice(v, keep_alives));
              },
              [](const Config& c) {
                return in_quotes(keep_alives[static_cast<std::size_t>(c.settings.nat.keep_alive)]);
              }},
    ConfigKey{
        "interval", "Between two of them to one phone; shorter than its NAT remembers.", "",
        [](const Value& v, Config& c) { c.settings.nat.interval = v.duration(5s, minutes{10}); },
        [](const Config& c) { return in_quotes(to_text(c.settings.nat.interval)); }},
};

}  // namespace

std::span<const ConfigKey> nat_keys() { return keys; }

}  // namespace proxy::config
