import {text} from "./text";
import type {Trunk} from "./types";

export interface Sign {
  kind: "good" | "bad" | "plain";
  words: string;
}

/** "udp:192.0.2.10:5060" as people write it. */
export function placeOf(to: string): string {
  const found = /^(udp|tcp|tls|ws|wss):(.+)$/.exec(to);
  return found ? `${found[2]} (${found[1]?.toUpperCase()})` : to;
}

/** What is known of how a trunk is; nothing when it is switched off or the server does not say. */
export function signsOf({enabled, state}: Trunk): Sign[] {
  if (!enabled || !state) return [];
  const signs: Sign[] = [];
  const {registration} = state;
  if (registration?.state === "registered") signs.push({kind: "good", words: text.trunks.states.registered});
  if (registration?.state === "trying") signs.push({kind: "plain", words: text.trunks.states.trying});
  if (registration?.state === "failed")
    signs.push({kind: "bad", words: registration.why ? text.trunks.failed(registration.why) : text.trunks.states.failed});
  for (const {to, up} of state.targets) {
    if (up === true) signs.push({kind: "good", words: text.trunks.answers(placeOf(to))});
    if (up === false) signs.push({kind: "bad", words: text.trunks.silent(placeOf(to))});
  }
  return signs;
}

/** What the owner should hear of these trunks, a line a trunk. */
export const troublesOf = (trunks: Trunk[]): string[] =>
  trunks.flatMap((trunk) => {
    const bad = signsOf(trunk).filter((sign) => sign.kind === "bad");
    return bad.length === 0 ? [] : [text.health.trunk(trunk.name, bad.map((sign) => sign.words))];
  });
