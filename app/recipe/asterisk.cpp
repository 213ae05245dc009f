#include "app/recipe/recipe.hpp"

namespace app::recipe {
namespace {

std::string dialplan(const Values& values) {
  std::string out;
  for (const auto& range : values.extensions)
    for (const auto& pattern : patterns_of(range)) {
      out.append("exten => ").append(as_dial_pattern(pattern));
      out.append(",1,Dial(PJSIP/${EXTEN}@sipwake,60)\n same => n,Hangup()\n");
    }
  return out;
}

}  // namespace

std::string asterisk(const Values& values) {
  const std::string head = fill(R"(
## 2. Asterisk

At the end of `pjsip.conf`. It uses the transport for {transport} that is there already:

```ini
[sipwake]
type=aor
contact=sip:{sipwake}\;transport={transport}
qualify_frequency=30

[sipwake]
type=endpoint
context=from-sipwake
aors=sipwake
disallow=all
allow=opus,g722,alaw,ulaw
direct_media=no
rtp_symmetric=yes
rewrite_contact=no
trust_id_inbound=yes
trust_id_outbound=yes
send_pai=yes
; Calls the PBX gives up are shown as missed by phones that ring then (from Asterisk 16.26, 18.12, 19.4 on):
;suppress_q850_reason_headers=yes

[sipwake]
type=identify
endpoint=sipwake
match={sipwake_host}
```

At the end of `extensions.conf`. Put `include => sipwake-phones` into the context your other phones dial in (often
`internal` or `from-internal`), and name that context in the last line:

```ini
[sipwake-phones]
)",
                                values);
  const std::string tail = R"(
[from-sipwake]
include => internal
```

Remove the phones' own sections from `pjsip.conf` (they register at sipwake now), then `asterisk -rx "core reload"`.
`asterisk -rx "pjsip show aor sipwake"` says `Avail` when Asterisk reaches sipwake. `rewrite_contact` has to be off: in-dialog requests
go by the route sipwake recorded, to the phone's own contact.
)";
  return our_side("asterisk", values) + head + dialplan(values) + tail + how_to_try(values);
}

}  // namespace app::recipe
