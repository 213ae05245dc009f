#include "proxy/config/wake_keys.hpp"

#include <array>

#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"

namespace proxy::config {
namespace {

using std::chrono::hours;
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
    ConfigKey{"caller_details", "Pushes say who calls; off: a push service learns of no caller.",
              "", [](const Value& v, Config& c) { c.settings.wake.caller_details = v.flag(); },
              [](const Config& c) { return flag_text(c.settings.wake.caller_details); }},
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

using Rate = Settings::Wake::Rate;
using Budget = Settings::Wake::Budget;

template <Rate Budget::*whose>
void read_burst(const Value& value, Config& config) {
  (config.settings.wake.budget.*whose).burst = static_cast<unsigned>(value.number(0, 1'000'000));
}
template <Rate Budget::*whose>
std::string burst_text(const Config& config) {
  return std::to_string((config.settings.wake.budget.*whose).burst);
}
template <Rate Budget::*whose>
void read_each(const Value& value, Config& config) {
  (config.settings.wake.budget.*whose).each = value.seconds(1s, hours{24});
}
template <Rate Budget::*whose>
std::string each_text(const Config& config) {
  return time_text((config.settings.wake.budget.*whose).each);
}

const std::array budget{
    ConfigKey{"device", "Pushes to one phone at once; 0: any number.", "",
              read_burst<&Budget::device>, burst_text<&Budget::device>},
    ConfigKey{"device_each", "And one more after each such time.", "", read_each<&Budget::device>,
              each_text<&Budget::device>},
    ConfigKey{"callee", "The same for all phones of one user together.", "",
              read_burst<&Budget::callee>, burst_text<&Budget::callee>},
    ConfigKey{"callee_each", "And one more after each such time.", "", read_each<&Budget::callee>,
              each_text<&Budget::callee>},
    ConfigKey{"caller", "The same for the calls of one caller.", "", read_burst<&Budget::caller>,
              burst_text<&Budget::caller>},
    ConfigKey{"caller_each", "And one more after each such time.", "", read_each<&Budget::caller>,
              each_text<&Budget::caller>},
};

}  // namespace

std::span<const ConfigKey> wake_keys() { return wake; }
std::span<const ConfigKey> wake_budget_keys() { return budget; }

}  // namespace proxy::config
