#include "app/recipe/recipe.hpp"

namespace app::recipe {

std::string standalone(const Values& given) {
  auto values = given;
  values.transport = "tls";
  if (given.transport != "tls") values.sipwake_port = "5061";
  return fill(R"(## 1. sipwake

In `sipwake.toml`, above all sections and as sections of its own; then start it again:

```toml
domains = ["{domain}"]
{listen}```

```sh
(umask 077; sipwake recipe standalone {options} --csv > extensions.csv)
sipwake user import extensions.csv
```

## 2. The phones

In each Linphone app: Use SIP account, with the user name, the password from `extensions.csv`, the domain `{domain}`, and the
transport TLS. When `{domain}` has no DNS records that lead to {sipwake}, name `<sip:{sipwake_host};transport=tls>` as the account's
SIP proxy. Allow push notifications.

Which app can be woken depends on who signed it: the app of the App Store is woken through its maker's push gateway only, an app you built
yourself through your own keys ([push services](../push.md)). A desk phone needs no push.

## 3. See whether it works

```sh
sipwake doctor
sipwake device list       # each phone, and whether it can be woken
```

Close the app on one phone and call it from another one: `sipwake watch` shows the call as held, the push, and the phone
as it wakes.
)",
              values);
}

}  // namespace app::recipe
