#include "app/recipe/recipe.hpp"

namespace app::recipe {

std::string kamailio(const Values& values) {
  return our_side("kamailio", values) +
         fill(R"(
## 2. Kamailio

In `kamailio.cfg`, a route block of its own:

```
route[SIPWAKE] {
	if (!is_method("INVITE|MESSAGE|SUBSCRIBE|OPTIONS") || !($rU =~ "{regex}")) return;
	$rd = "{domain}";
	$du = "sip:{sipwake};transport={transport}";
	record_route();
	if (!t_relay()) sl_reply_error();
	exit;
}
```

and its call in `request_route`, after in-dialog requests and before users are looked up (`route(REGISTRAR)` or `lookup("location")`):

```
	route(SIPWAKE);
```

Calls from {sipwake_host} must not be challenged: in the standard configuration, name it in the `permissions` address table, or
return from `route[AUTH]` when `$si == "{sipwake_host}"`. The Call-ID has to stay (no `topoh` with masked Call-IDs, no `uac` between), so that
the push and the INVITE name the same call. Set `fr_inv_timer` to 60,000 ms at least.
)",
              values) +
         how_to_try(values);
}

}  // namespace app::recipe
