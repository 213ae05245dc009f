import assert from "node:assert/strict";
import {test} from "node:test";

import {ago, brief, bytes, callerOf, countdown, duration, makePassword, prose, userPart, withoutScheme} from "../../../../web/ui/src/format";

test("says a duration in two units at most", () => {
  const said: [number, string][] = [[-5, "0.0 s"], [940, "0.9 s"], [9_940, "9.9 s"], [10_400, "10 s"], [59_400, "59 s"], [60_000, "1 min"],
    [200_000, "3 min 20 s"], [3_600_000, "1 h"], [7_500_000, "2 h 5 min"], [86_400_000, "1 d"], [273_600_000, "3 d 4 h"]];
  for (const [ms, words] of said) assert.equal(duration(ms), words);
});

test("never says sixty seconds", () => {
  assert.equal(duration(59_600), "1 min");
  assert.equal(duration(3_599_600), "1 h");
});

test("says a moment in milliseconds", () => {
  assert.deepEqual([0.4, 12.6, 999, 999.6, 1_500].map(brief), ["0 ms", "13 ms", "999 ms", "1.0 s", "1.5 s"]);
});

test("says a size as people do", () => {
  assert.deepEqual([0, 999, 1_000, 782_336, 1_400_000, 2e11].map(bytes), ["0 B", "999 B", "1.0 kB", "782 kB", "1.4 MB", "200 GB"]);
});

test("counts down to nothing and not beyond", () => {
  assert.deepEqual([61_000, 6_001, 1, 0, -2_000].map(countdown), ["1:01", "0:07", "0:01", "0:00", "0:00"]);
});

test("says how long ago or how soon in the largest unit that fits", () => {
  const now = Date.parse("2025-03-01T12:00:00Z");
  const at = (seconds: number): string => ago(new Date(now + seconds * 1000).toISOString(), now);
  assert.deepEqual([at(0), at(-59), at(-61), at(-7_300), at(-90_000), at(180)],
                   ["now", "59 seconds ago", "1 minute ago", "2 hours ago", "yesterday", "in 3 minutes"]);
});

test("keeps a number and its unit on one line", () => {
  assert.equal(prose("woke in 1.6 s, after 3 min"), "woke in 1.6\u00a0s, after 3\u00a0min");
  assert.equal(prose("3 sheep"), "3 sheep");
});

test("takes addresses apart at the last @", () => {
  assert.equal(withoutScheme("sips:ann@a.b"), "ann@a.b");
  assert.equal(userPart("ann@home@a.b"), "ann@home");
  assert.equal(userPart("+4930"), "+4930");
});

test("calls a caller by name when there is one", () => {
  assert.equal(callerOf({caller: "sip:ann@a.b", caller_name: ""}), "ann@a.b");
  assert.equal(callerOf({caller: "sip:ann@a.b", caller_name: "Ann"}), "Ann");
});

test("makes up passwords that differ and have no signs to be confused", () => {
  const made = new Set(Array.from({length: 50}, makePassword));
  assert.equal(made.size, 50);
  for (const one of made) assert.match(one, /^[a-km-np-z2-9]{16}$/);
});
