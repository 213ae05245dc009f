#include "app/recipe/recipe.hpp"

namespace app::recipe {

std::string generic(const Values& values) {
  return our_side("generic", values) +
         fill(R"(
## 2. The PBX

Make a SIP trunk (3CX: Voice & Chat, Add Trunk, Generic, type "IP based"; elsewhere "peer", "static" or "IP authentication"):

| what it asks for | value |
|---|---|
| registrar, server, proxy or host | `{sipwake_host}`, port `{sipwake_port}`, {transport} |
| authentication | by IP address, no registration, no password |
| addresses calls may come from | `{sipwake_host}` |
| number of channels | as many calls as your phones hold at once |
| caller ID it sends | user part of From, and P-Asserted-Identity |
| direct media, re-INVITE, REFER | as for a trunk; sipwake passes them through |

Calls to {ranges} go out by this trunk: an outbound rule for those numbers, without a prefix and with nothing stripped. As a
regular expression: `{regex}`.

Calls from the trunk are calls of your own phones: let them dial extensions and the outside. Ring for 60 seconds.
)",
              values) +
         how_to_try(values);
}

}  // namespace app::recipe
