#include "app/recipe/recipe.hpp"

#include <algorithm>
#include <array>

namespace app::recipe {
namespace {

constexpr std::array all{
    Recipe{"asterisk", "Asterisk (PJSIP)", asterisk},
    Recipe{"freepbx", "FreePBX", freepbx},
    Recipe{"freeswitch", "FreeSWITCH and FusionPBX", freeswitch},
    Recipe{"kamailio", "Kamailio", kamailio},
    Recipe{"generic", "3CX and other PBXs with a web page", generic},
    Recipe{"standalone", "No PBX: sipwake alone, with Linphone apps", standalone},
};

void replace_all(std::string& text, std::string_view name, std::string_view value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
    text.replace(at, name.size(), value);
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

std::string ranges_of(const Values& values, std::string_view before) {
  std::string out;
  for (const auto& range : values.extensions) {
    out.append(out.empty() ? "" : " ").append(before).append(number_at(range, range.first));
    if (range.last != range.first) out.append("..").append(number_at(range, range.last));
  }
  return out;
}

std::string first_extension(const Values& values) {
  return values.extensions.empty()
             ? "100"
             : number_at(values.extensions.front(), values.extensions.front().first);
}

}  // namespace

std::span<const Recipe> recipes() { return all; }

std::string regex_of(const Values& values) {
  std::string out;
  for (const auto& range : values.extensions)
    for (const auto& pattern : patterns_of(range))
      out.append(out.empty() ? "" : "|").append(as_regex(pattern));
  return "^(" + out + ")$";
}

std::string missing_listeners(const Values& values) {
  std::vector<std::string> missing{values.transport};
  if (std::ranges::find(values.listens, values.transport) != values.listens.end()) return {};
  if (values.listens.empty() && values.transport != "tls") return {};
  // Where one is named, those that are there by themselves have to be named too.
  if (values.listens.empty()) missing = {"udp", "tcp", values.transport};
  std::string out;
  for (const auto& transport : missing)
    out.append("\n[[listen]]\ntransport = \"" + transport + "\"\naddress = \"0.0.0.0:")
        .append(transport == values.transport ? values.sipwake_port : "5060")
        .append("\"\n");
  return out;
}

std::string fill(std::string text, const Values& values) {
  replace_all(text, "{listen}", missing_listeners(values));
  replace_all(text, "{domain}", values.domain);
  replace_all(text, "{sipwake}", bracketed(values.sipwake_host) + ':' + values.sipwake_port);
  replace_all(text, "{sipwake_host}", values.sipwake_host);
  replace_all(text, "{sipwake_port}", values.sipwake_port);
  replace_all(text, "{pbx}", bracketed(values.pbx_host) + ':' + values.pbx_port);
  replace_all(text, "{pbx_host}", values.pbx_host);
  replace_all(text, "{transport}", values.transport);
  replace_all(text, "{regex}", regex_of(values));
  replace_all(text, "{ranges}", ranges_of(values, ""));
  replace_all(text, "{options}", ranges_of(values, "--extension "));
  replace_all(text, "{first}", first_extension(values));
  return text;
}

std::string our_side(std::string_view name, const Values& values) {
  std::string text = R"(## 1. sipwake

In `sipwake.toml`, above all sections and as a section of its own; then start it again:

```toml
domains = ["{domain}"]
{listen}
[pbx]
address = "{pbx};transport={transport}"
```

The phones {ranges} move to sipwake: each registers at {sipwake} as `{first}@{domain}`. Make their accounts, with
passwords that are made up (a file that only you can read; it is needed once more to set up the phones):

```sh
(umask 077; sipwake recipe )";
  text.append(name).append(R"( {options} --csv > extensions.csv)
sipwake user import extensions.csv
```

What else they dial (the other extensions, the outside) goes to the PBX as it is, and calls that come from the PBX's address
are trusted. The PBX itself changes nothing for phones that stay where they are.
)");
  return fill(std::move(text), values);
}

std::string how_to_try(const Values& values) {
  return fill(R"(
## 3. See whether it works

```sh
sipwake doctor --pbx      # does the PBX answer us?
```

Register a phone as {first}, put it to sleep, and call {first} from a phone of the PBX: `sipwake watch` shows the call
as held, the push, and the phone as it wakes. Let the PBX ring for 45 seconds at least before it gives up or goes to voicemail: a phone
that sleeps may need ten of them.
)",
              values);
}

std::string users_csv(const Values& values, std::string (*make_password)()) {
  std::string out{"aor,password,display_name\n"};
  for (const auto& range : values.extensions)
    for (auto at = range.first; at <= range.last; ++at) {
      const auto number = number_at(range, at);
      out.append(number).append("@").append(values.domain).append(",");
      out.append(make_password()).append(",").append(number).append("\n");
    }
  return out;
}

}  // namespace app::recipe
