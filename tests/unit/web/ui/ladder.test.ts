import assert from "node:assert/strict";
import {test} from "node:test";

import {describe, labelOf, layOut, linesOf} from "../../../../web/ui/src/ladder";
import type {Call, Step} from "../../../../web/ui/src/types";

const begun = Date.parse("2025-03-01T12:00:00Z");
const step = (ms: number, what: string, device: number | null = null, detail = ""): Step =>
  ({at: new Date(begun + ms).toISOString(), what, device, detail, message: null});

const call = (...timeline: Step[]): Call => ({
  id: 1, call_id: "c", caller: "sip:ann@a.b", caller_name: "Ann", callee: "sip:bob@a.b", state: "ended",
  started_at: new Date(begun).toISOString(), held_until: null, answered_at: null, ended_at: null, end_reason: null,
  final_status: null, legs: [], timeline, verdict: null,
});
const names = new Map([[7, "mobile of Bob"]]);
const woken = call(step(0, "invite"), step(1, "held"), step(2, "push_asked", 7), step(50, "push_accepted", 7, "200 OK"),
                   step(2_000, "registered", 7), step(2_001, "branch", 7), step(2_100, "provisional", 7, "180 Ringing"),
                   step(2_101, "replied", null, "180 Ringing"));

test("has a lane for the caller, the server, the push service and each phone", () => {
  assert.deepEqual(layOut(woken, names, 800).lanes.map((lane) => lane.name), ["Ann", "sipwake", "Push service", "mobile of Bob"]);
});

test("has no lane for a push service nobody asked", () => {
  assert.deepEqual(layOut(call(step(0, "invite")), names, 800).lanes.map((lane) => lane.key), ["caller", "server"]);
});

test("puts lanes side by side and inside the picture, however narrow it is", () => {
  for (const width of [0, 320, 800, 2_000]) {
    const ladder = layOut(woken, names, width);
    const xs = ladder.lanes.map((lane) => lane.x);
    assert.deepEqual(xs, [...xs].sort((a, b) => a - b));
    assert.equal(new Set(xs).size, xs.length);
    assert.ok(xs.every((x) => x > ladder.axis && x < ladder.width), `${width}: ${xs}`);
  }
});

test("lets time run down, a row a step, and more room after a wait but not in proportion", () => {
  const {marks, waits, height} = layOut(woken, names, 800);
  const gaps = marks.slice(1).map((mark, index) => mark.y - (marks[index]?.y ?? 0));
  assert.ok(gaps.every((gap) => gap >= 34));
  assert.equal(Math.max(...gaps), gaps[3]);
  assert.ok((gaps[3] ?? 0) < 34 * 4);
  assert.deepEqual(waits.map((wait) => wait.label), ["+1.9 s"]);
  assert.ok(height > (marks[marks.length - 1]?.y ?? 0));
});

test("draws each step the way it went", () => {
  const ladder = layOut(woken, names, 800);
  const way = ladder.marks.map((mark) => `${ladder.lanes[mark.from]?.key}>${ladder.lanes[mark.to]?.key}`);
  assert.deepEqual(way, ["caller>server", "server>server", "server>push", "push>server", "device 7>server", "server>device 7",
                         "device 7>server", "server>caller"]);
  assert.equal(ladder.marks[3]?.onward, 3);
});

test("shows from when to when the caller was kept waiting", () => {
  const {held, marks} = layOut(woken, names, 800);
  assert.deepEqual(held, {from: marks[1]?.y, to: marks[6]?.y});
  assert.equal(layOut(call(step(0, "invite")), names, 800).held, null);
});

test("does not stop at what it does not know", () => {
  const ladder = layOut(call(step(0, "invite"), step(5, "something_new", 9, "why")), new Map(), 800);
  assert.equal(ladder.marks[1]?.label, "something new");
  assert.equal(ladder.lanes[2]?.name, "a phone");
});

test("says a step in the server's words where it has some", () => {
  assert.equal(labelOf(step(0, "replied", null, "486 Busy Here")), "486 Busy Here");
  assert.equal(labelOf(step(0, "push_refused", 7, "BadDeviceToken")), "refused: BadDeviceToken");
  assert.equal(labelOf(step(0, "registered", 7, "UDP")), "REGISTER");
});

test("tells a step in a sentence", () => {
  const ladder = layOut(woken, names, 800);
  const told = (index: number): string => describe(ladder, ladder.marks[index] ?? assert.fail());
  assert.equal(told(1), "0.001 s, at sipwake: held");
  assert.equal(told(6), "2.100 s, mobile of Bob to sipwake: 180 Ringing");
});

test("draws nothing for a call without a story", () => {
  const ladder = layOut({...woken, timeline: null}, names, 800);
  assert.deepEqual([ladder.marks, ladder.waits], [[], []]);
});

test("sets the names of headers apart, but not in the start line", () => {
  assert.deepEqual(linesOf("INVITE sip:bob@a.b SIP/2.0\r\nVia: SIP/2.0/UDP a:5060\r\nodd\r\n"), [
    {name: "", rest: "INVITE sip:bob@a.b SIP/2.0"}, {name: "Via", rest: ": SIP/2.0/UDP a:5060"}, {name: "", rest: "odd"}]);
});
