#include "app/recipe/recipe.hpp"

namespace app::recipe {
namespace {

std::string extensions_csv(const Values& values) {
  std::string out{"extension,name,tech,dial\n"};
  for (const auto& range : values.extensions)
    for (auto at = range.first; at <= range.last; ++at) {
      const auto number = number_at(range, at);
      out.append(number).append(",").append(number).append(",custom,PJSIP/");
      out.append(number).append("@sipwake\n");
    }
  return out;
}

}  // namespace

std::string freepbx(const Values& values) {
  const std::string head = fill(R"(
Phones that FreePBX has already can keep their passwords: Admin, Bulk Handler, Export, Extensions; then `sipwake user import` with that file
(it takes `extension`, `secret` and `name`).

## 2. FreePBX

Connectivity, Trunks, Add SIP (chan_pjsip) Trunk:

| field | value |
|---|---|
| Trunk Name | `sipwake` |
| pjsip Settings, Authentication | None |
| Registration | None |
| SIP Server | `{sipwake_host}` |
| SIP Server Port | `{sipwake_port}` |
| Context | `from-internal` |
| Transport | the one for {transport} |
| Advanced, Match (Permit) | `{sipwake_host}` |
| Advanced, Trust RPID/PAI | Yes |
| Advanced, Send RPID/PAI | Send P-Asserted-Identity header |
| Advanced, Rewrite Contact | No |
| Advanced, RTP Symmetric | Yes |

The extensions, as custom ones: Admin, Bulk Handler, Import, Extensions, with this file. (An extension of the same number that
is there has to go first: a phone registers at one place.)

```csv
)",
                                values);
  const std::string tail = R"(```

Settings, Advanced Settings, Ringtime Default: 60. Apply Config.
)";
  return our_side("freepbx", values) + head + extensions_csv(values) + tail + how_to_try(values);
}

}  // namespace app::recipe
