import assert from "node:assert/strict";
import {test} from "node:test";

import {routeSheet} from "../../../../web/ui/src/route_sheet";
import {bodyOf, changesOf, listOf, missingIn, type Sheet, type Values} from "../../../../web/ui/src/sheet";
import {trunkSheet} from "../../../../web/ui/src/trunk_sheet";
import type {Route, Trunk} from "../../../../web/ui/src/types";
import {userSheet} from "../../../../web/ui/src/user_sheet";

const trunk: Trunk = {
  id: 1, name: "provider", enabled: true, targets: ["a.example", "b.example;priority=20"], domain: "", username: "me", has_password: true,
  register: true, expires_s: 600, probe_s: 30, channels: 10, sources: ["192.0.2.10 tls"], inbound_username: "", has_inbound_password: false,
  inbound_certificate: "", tls_name: "", asserts_identity: true,
};
const route: Route = {
  id: 2, name: "abroad", enabled: true, position: 100, from: "gone", caller: "", callee: "_00X.", strip: 0, prepend: "", set_caller: "",
  emergency: false, user: null, trunk: "provider", reject: null,
};

/** What is sent when these fields are changed. */
function changed<Row>(sheet: Sheet<Row>, row: Row, values: Values): Record<string, unknown> {
  const before = sheet.valuesOf(row);
  return changesOf(bodyOf(sheet, row, before), bodyOf(sheet, row, {...before, ...values}));
}

test("sends nothing of what nobody has changed", () => {
  assert.deepEqual(changed(trunkSheet, trunk, {}), {});
  assert.deepEqual(changed(routeSheet([trunk]), route, {}), {});
});

test("sends a secret only when one is given", () => {
  assert.deepEqual(changed(trunkSheet, trunk, {password: "new"}), {password: "new"});
  assert.deepEqual(changed(userSheet, {id: 1, aor: "a@b", display_name: "", enabled: true, max_contacts: null, created_at: ""}, {password: ""}), {});
});

test("takes the password back with the name it belongs to", () => {
  assert.deepEqual(changed(trunkSheet, trunk, {username: ""}), {username: "", password: "", register: false});
});

test("reads lists by lines and commas, and leaves spaces inside an item", () => {
  assert.deepEqual(listOf(" 192.0.2.0/24 udp\n\n2001:db8::/32, 192.0.2.10 tls ,"), ["192.0.2.0/24 udp", "2001:db8::/32", "192.0.2.10 tls"]);
  assert.deepEqual(changed(trunkSheet, trunk, {sources: ""}), {sources: []});
});

test("sends numbers as numbers, and what is none as nothing the server would take", () => {
  assert.deepEqual(changed(trunkSheet, trunk, {channels: "3"}), {channels: 3});
  assert.deepEqual(changed(userSheet, {id: 1, aor: "a@b", display_name: "", enabled: true, max_contacts: 3, created_at: ""}, {max_contacts: ""}),
                   {max_contacts: null});
  assert.equal(JSON.stringify(changed(trunkSheet, trunk, {channels: "many"})), '{"channels":null}');
});

test("names the one end of a route", () => {
  const sheet = routeSheet([trunk]);
  assert.deepEqual(changed(sheet, route, {trunk: ":user", user: "ann@a.b"}), {user: "ann@a.b"});
  assert.deepEqual(changed(sheet, route, {trunk: ":reject", reject: "404"}), {reject: 404});
  const made = bodyOf(sheet, null, {...sheet.valuesOf(null), name: "all"});
  assert.deepEqual([made.trunk, made.user, made.reject], ["provider", undefined, undefined]);
});

test("offers the trunk a route names though it is not in the list", () => {
  const choices = routeSheet([]).entries(route).map((entry) => entry.choices?.map((choice) => choice.id));
  assert.deepEqual(choices[1], ["users", "trunks", "any", "gone"]);
  assert.deepEqual(choices[3], ["provider", ":user", ":reject"]);
});

test("finds what is needed and missing among what is shown", () => {
  const sheet = routeSheet([]);
  const entries = sheet.entries(null);
  const values = {...sheet.valuesOf(null), name: "all"};
  assert.equal(missingIn(entries, {...values, name: " "})?.name, "name");
  assert.equal(missingIn(entries, {...values, trunk: ":user"})?.name, "user");
  assert.equal(missingIn(entries, {...values, trunk: ":reject"}), undefined);
});
