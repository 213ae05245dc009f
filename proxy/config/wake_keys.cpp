#include "proxy/config/wake_keys.hpp"

#include <array>

#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"

namespace proxy::config {
namespace {

using std::chrono::minutes;
using namespace std::chrono_literals;
using ConfigKey = Key<Config>;

std::string flag_text(bool flag) { return flag ? "true" : "false"; }
std::string time_text(std::chrono::milliseconds time) { return in_quotes(to_text(time)); }

const std::array wake{
    ConfigKey{
        "timeout", "How long a call waits for a phone to wake, from the push on.", "",
        [](const Value& v, Config& c) { c.settings.wake.timeout = v.duration(1s, minutes{5}); },
        [](const Config& c) { return time_text(c.settings.wake.timeout); }},
    ConfigKey{"retry", "A second push to a phone that has not come by then; 0s: none.", "",
              [](const Value& v, Config& c) { c.settings.wake.retry = v.duration(0s, minutes{5}); },
              [](const Config& c) { return time_text(c.settings.wake.retry); }},
    ConfigKey{"adaptive", "Hold no longer than the phone's last wake times say it needs.", "",
              [](const Value& v, Config& c) { c.settings.wake.adaptive = v.flag(); },
              [](const Config& c) { return flag_text(c.settings.wake.adaptive); }},
    ConfigKey{"provisional", "What the caller hears meanwhile: 100, 180, 182 or 183.", "",
              [](const Value& v, Config& c) {
                const auto code = static_cast<int>(v.number(100, 183));
                if (code != 100 && code != 180 && code != 182 && code != 183)
                  v.fail("must be 100, 180, 182 or 183, not " + std::to_string(code));
                c.settings.wake.provisional = code;
              },
              [](const Config& c) { return std::to_string(c.settings.wake.provisional); }},
    ConfigKey{"unknown_devices", "Push for the user by webhook when no device of theirs is known.",
              "", [](const Value& v, Config& c) { c.settings.wake.unknown_devices = v.flag(); },
              [](const Config& c) { return flag_text(c.settings.wake.unknown_devices); }},
    ConfigKey{"mid_dialog", "Wake a phone that asks for it also for requests inside a dialog.", "",
              [](const Value& v, Config& c) { c.settings.wake.mid_dialog = v.flag(); },
              [](const Config& c) { return flag_text(c.settings.wake.mid_dialog); }},
    ConfigKey{"refresh", "Wake a phone that cannot do so itself before its registration ends.", "",
              [](const Value& v, Config& c) { c.settings.wake.refresh = v.flag(); },
              [](const Config& c) { return flag_text(c.settings.wake.refresh); }},
    ConfigKey{"coalesce",
              "INVITEs of one caller of a PBX to one user within this time ring once; 0s: off.", "",
              [](const Value& v, Config& c) { c.settings.wake.coalesce = read_coalesce(v); },
              [](const Config& c) { return time_text(c.settings.wake.coalesce); }},
};

}  // namespace

std::span<const ConfigKey> wake_keys() { return wake; }

}  // namespace proxy::config
