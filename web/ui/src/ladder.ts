import {duration} from "./format";
import {text} from "./text";
import type {Call, Step} from "./types";

// Where everything of a ladder stands. Time runs down; a step is an arrow between two lanes or a mark on one. Long waits
// take more room than short ones, but not in proportion: what happens within milliseconds must stay apart, and half a
// minute must fit on a screen.

export interface Lane {
  key: string;
  name: string;
  x: number;
}

export type Tone = "plain" | "good" | "bad" | "push" | "held" | "quiet";

export interface Mark {
  step: Step;
  y: number;
  from: number;
  to: number; // the same lane: a mark, no arrow
  label: string;
  tone: Tone;
  /** Where the push goes on its way to the phone. */
  onward: number | null;
  ms: number;
}

export interface Wait {
  y: number;
  label: string;
}

export interface Ladder {
  lanes: Lane[];
  marks: Mark[];
  waits: Wait[];
  held: {from: number; to: number} | null;
  width: number;
  height: number;
  axis: number;
}

const row = 34;
const top = 42;

type Way = "in" | "out" | "device" | "phone" | "ask" | "asked" | "note";

const ways: Record<string, [Way, Tone]> = {
  invite: ["in", "plain"],
  cancelled: ["in", "quiet"],
  replied: ["out", "plain"],
  branch: ["phone", "plain"],
  branch_cancelled: ["phone", "quiet"],
  late_invite: ["phone", "plain"],
  late_cancel: ["phone", "quiet"],
  missed_notice_sent: ["phone", "plain"],
  registered: ["device", "good"],
  keep_alive: ["device", "good"],
  provisional: ["device", "plain"],
  answered: ["device", "good"],
  declined: ["device", "bad"],
  failed: ["device", "bad"],
  late_response: ["device", "plain"],
  unregistered: ["device", "quiet"],
  push_asked: ["ask", "push"],
  push_accepted: ["asked", "push"],
  push_refused: ["asked", "bad"],
  push_failed: ["asked", "bad"],
  held: ["note", "held"],
  late_done: ["note", "good"],
  late_failed: ["note", "bad"],
  branch_failed: ["note", "bad"],
  gone: ["note", "bad"],
  missed_notice_failed: ["note", "bad"],
};

/** What is told in the server's own words: a status line says more than we could. */
const spoken = new Set(["replied", "provisional", "answered", "declined", "failed", "late_response"]);

const blamed = new Set(["push_refused", "push_failed", "branch_failed", "late_failed", "missed_notice_failed"]);

export function labelOf(step: Step): string {
  const detail = step.detail.trim();
  if (spoken.has(step.what) && detail) return detail;
  const name = text.step[step.what] ?? step.what.replaceAll("_", " ");
  return detail && blamed.has(step.what) ? `${name}: ${detail}` : name;
}

function lanesOf(call: Call, timeline: Step[], names: Map<number, string>): Lane[] {
  const lanes: Lane[] = [{key: "caller", name: call.caller_name || text.ladder.caller, x: 0},
                         {key: "server", name: text.ladder.server, x: 0}];
  if (timeline.some((step) => step.what.startsWith("push_")))
    lanes.push({key: "push", name: text.ladder.push, x: 0});
  const ids = [...timeline.map((step) => step.device), ...call.legs.map((leg) => leg.device)];
  for (const id of new Set(ids))
    if (id) lanes.push({key: `device ${id}`, name: names.get(id) ?? text.call.gone, x: 0});
  return lanes;
}

/** Extra room before a step that came `ms` after the one before. */
const pauseFor = (ms: number): number => (ms < 400 ? 0 : Math.min(84, 10 + 22 * Math.log2(1 + ms / 500)));

export function layOut(call: Call, names: Map<number, string>, width: number): Ladder {
  const timeline = call.timeline ?? [];
  const lanes = lanesOf(call, timeline, names);
  const narrow = width < 560;
  const axis = narrow ? 42 : 64;
  const room = Math.max(lanes.length * (narrow ? 56 : 100), width - axis - 8);
  lanes.forEach((lane, index) => { lane.x = axis + room * (index + 0.5) / lanes.length; });
  const lane = (key: string): number => Math.max(0, lanes.findIndex((one) => one.key === key));
  const server = lane("server");

  const start = Date.parse(call.started_at);
  const marks: Mark[] = [];
  const waits: Wait[] = [];
  let y = top;
  let before = start;
  for (const step of timeline) {
    const at = Date.parse(step.at);
    const pause = pauseFor(at - before);
    if (pause > 0 && marks.length > 0) waits.push({y: y + row / 2 + pause / 2, label: text.ladder.later(duration(at - before))});
    y += pause + row;
    before = at;
    const device = step.device ? lane(`device ${step.device}`) : server;
    const [way, tone] = ways[step.what] ?? ["note", "quiet"];
    const ends: Record<Way, [number, number]> = {
      in: [lane("caller"), server],
      out: [server, lane("caller")],
      device: [device, server],
      phone: [server, device],
      ask: [server, lane("push")],
      asked: [lane("push"), server],
      note: [device, device],
    };
    const [from, to] = ends[way];
    const onward = step.what === "push_accepted" && step.device ? device : null;
    marks.push({step, y, from, to, label: labelOf(step), tone, onward, ms: at - start});
  }
  return {lanes, marks, waits, held: heldOf(marks, y), width: axis + room + 8, height: y + row, axis};
}

/** From when to when the caller was kept waiting for a phone to wake. */
function heldOf(marks: Mark[], bottom: number): Ladder["held"] {
  const begin = marks.find((mark) => mark.step.what === "held");
  if (!begin) return null;
  const over = new Set(["provisional", "answered", "cancelled"]);
  const end = marks.find((mark) => mark.y > begin.y
    && (over.has(mark.step.what) || (mark.step.what === "replied" && !/^1\d\d/.test(mark.step.detail))));
  return {from: begin.y, to: end ? end.y : bottom + row / 2};
}

/** "1.601 s" */
export const secondsOf = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** The lines of a message's head; names of headers apart. */
export function linesOf(head: string): {name: string; rest: string}[] {
  return head.replace(/\r\n$/, "").split("\r\n").map((line, index) => {
    const colon = index === 0 ? -1 : line.indexOf(":");
    return {name: line.slice(0, Math.max(0, colon)), rest: line.slice(Math.max(0, colon))};
  });
}

/** The step in a sentence, for those who do not see the picture. */
export function describe(ladder: Ladder, mark: Mark): string {
  const from = ladder.lanes[mark.from]?.name ?? "";
  const to = ladder.lanes[mark.to]?.name ?? "";
  const where = mark.from === mark.to ? text.ladder.at(from) : text.ladder.from(from, to);
  return `${secondsOf(mark.ms)}, ${where}: ${mark.label}`;
}
