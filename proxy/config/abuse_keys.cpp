#include "proxy/config/abuse_keys.hpp"

#include <array>

#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"

namespace proxy::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using namespace std::chrono_literals;
using ConfigKey = Key<Config>;

constexpr std::int64_t most_per_time = 1'000'000;
constexpr std::size_t most_ban_times = 16;
constexpr hours longest_ban{24 * 365};

template <unsigned AbuseSettings::*Field>
void read_count(const Value& v, Config& c) {
  c.settings.abuse.*Field = static_cast<unsigned>(v.number(1, most_per_time));
}
template <unsigned AbuseSettings::*Field>
std::string print_count(const Config& c) {
  return std::to_string(c.settings.abuse.*Field);
}

void read_exempt(const Value& v, Config& c) {
  c.settings.abuse.exempt.clear();
  for (const auto& entry : v.list()) c.settings.abuse.exempt.push_back(read_block(entry));
}
std::string print_exempt(const Config& c) {
  std::vector<std::string> blocks;
  for (const auto& block : c.settings.abuse.exempt) blocks.push_back(to_text(block));
  return list_of(blocks);
}

void read_ban_times(const Value& v, Config& c) {
  auto& times = c.settings.abuse.ban_times;
  times.clear();
  for (const auto& entry : v.list()) times.push_back(entry.duration(1s, longest_ban));
  if (times.empty() || times.size() > most_ban_times) v.fail("must name 1 to 16 durations");
  for (std::size_t i = 1; i < times.size(); ++i)
    if (times[i] < times[i - 1]) v.fail("must not get shorter");
}
std::string print_ban_times(const Config& c) {
  std::vector<std::string> times;
  for (const auto time : c.settings.abuse.ban_times) times.push_back(to_text(time));
  return list_of(times);
}

const std::array keys{
    ConfigKey{"exempt", "Address blocks without budgets and bans; digest still applies.", "",
              read_exempt, print_exempt},
    ConfigKey{"messages", "A second from one address; ten seconds' worth at once.", "",
              read_count<&AbuseSettings::messages>, print_count<&AbuseSettings::messages>},
    ConfigKey{"requests", "The same for requests that begin something new.", "",
              read_count<&AbuseSettings::requests>, print_count<&AbuseSettings::requests>},
    ConfigKey{"device_messages",
              "A second from one phone that has authenticated; it does not count with its address.",
              "", read_count<&AbuseSettings::device_messages>,
              print_count<&AbuseSettings::device_messages>},
    ConfigKey{
        "pushes",
        "A minute that one address may cause, besides wake.budget; five minutes' worth at once.",
        "", read_count<&AbuseSettings::pushes>, print_count<&AbuseSettings::pushes>},
    ConfigKey{
        "failed_logins", "Wrong passwords before an address is banned; one a minute is forgiven.",
        "", read_count<&AbuseSettings::failed_logins>, print_count<&AbuseSettings::failed_logins>},
    ConfigKey{"ban_times", "How long the first, second, ... ban lasts; then always the last.", "",
              read_ban_times, print_ban_times},
    ConfigKey{"forget_after", "Without a ban for so long, the next one is the first again.", "",
              [](const Value& v, Config& c) {
                c.settings.abuse.forget_after = v.duration(0s, longest_ban);
              },
              [](const Config& c) { return in_quotes(to_text(c.settings.abuse.forget_after)); }},
    ConfigKey{"scanners", "Whose User-Agent begins with one of these gets no answer.", "",
              [](const Value& v, Config& c) { c.settings.abuse.scanners = read_texts(v); },
              [](const Config& c) { return list_of(c.settings.abuse.scanners); }},
};

}  // namespace

std::span<const ConfigKey> abuse_keys() { return keys; }

}  // namespace proxy::config
