#include "app/recipe/recipe.hpp"

namespace app::recipe {

std::string freeswitch(const Values& values) {
  return our_side("freeswitch", values) +
         fill(R"(
The address of the PBX is that of its `external` profile, whose port is 5080 unless you changed it: say `--pbx {pbx_host}:5080`.

## 2. FreeSWITCH

`conf/sip_profiles/external/sipwake.xml` (FusionPBX: Accounts, Gateways, with the same values, register off):

```xml
<include>
  <gateway name="sipwake">
    <param name="proxy" value="{sipwake}"/>
    <param name="realm" value="{domain}"/>
    <param name="register" value="false"/>
    <param name="register-transport" value="{transport}"/>
    <param name="caller-id-in-from" value="true"/>
    <param name="ping" value="30"/>
  </gateway>
</include>
```

`conf/dialplan/default/00_sipwake.xml` (FusionPBX: Dialplan, Dialplan Manager, in the context of your domain): calls to the phones.

```xml
<include>
  <extension name="sipwake-phones">
    <condition field="destination_number" expression="{regex}">
      <action application="set" data="call_timeout=60"/>
      <action application="set" data="hangup_after_bridge=true"/>
      <action application="bridge" data="sofia/gateway/sipwake/$1"/>
    </condition>
  </extension>
</include>
```

`conf/dialplan/public/00_sipwake.xml`: calls from the phones, known by where they come from.

```xml
<include>
  <extension name="from-sipwake">
    <condition field="network_addr" expression="^{sipwake_host}$"/>
    <condition field="destination_number" expression="^(.+)$">
      <action application="transfer" data="$1 XML default"/>
    </condition>
  </extension>
</include>
```

Then `fs_cli -x "reloadxml"` and `fs_cli -x "sofia profile external rescan"`; `fs_cli -x "sofia status gateway sipwake"` says `UP`.
)",
              values) +
         how_to_try(values);
}

}  // namespace app::recipe
