import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";

import {isReal, players} from "../../../../web/ui/src/demo";

test("knows the people of the demo by the names they have there", () => {
  const play = readFileSync(`${process.env.SIPWAKE_SOURCE_DIR}/app/demo/play.hpp`, "utf8");
  const named = [...play.matchAll(/string_view \w+ = "([^"]+)"/g)].map((found) => found[1]);
  assert.deepEqual([...players].sort(), named.sort());
});

test("does not take a call among them for one somebody made", () => {
  assert.equal(isReal({caller: "sip:demo-alice@a.b", callee: "sip:demo-bob@a.b"}), false);
  assert.equal(isReal({caller: "sip:demo-alice@a.b", callee: "sip:ann@a.b"}), true);
  assert.equal(isReal({caller: "sip:ann@a.b", callee: "demo-bob@a.b"}), true);
  assert.equal(isReal({caller: "sip:demo-line@a.b", callee: "sip:demo-bob@a.b"}), true);
});
