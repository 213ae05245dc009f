import type {Sheet} from "./sheet";
import {text} from "./text";
import type {Group} from "./types";

const words = text.groups;

/** The form of a hunt group. */
export const groupSheet: Sheet<Group> = {
  entries: () => [
    {name: "aor", label: text.setup.aor, kind: "text", needed: true, placeholder: words.aorHint},
    {name: "strategy", label: words.strategy, kind: "choice",
     choices: [{id: "parallel", label: words.strategies.parallel}, {id: "serial", label: words.strategies.serial}]},
    {name: "members", label: words.members, kind: "list", needed: true, hint: words.membersRule},
    {name: "ring_s", label: words.ring, kind: "number", needed: true, hint: words.ringRule},
    {name: "forward_no_answer", label: words.goesOn, kind: "text", placeholder: text.setup.nowhere, hint: text.setup.forwardRule},
    {name: "enabled", label: words.enabled, kind: "flag"},
  ],
  valuesOf: (group) => ({
    aor: group?.aor ?? "",
    strategy: group?.strategy ?? "parallel",
    members: group?.members.join("\n") ?? "",
    ring_s: String(group?.ring_s ?? 20),
    forward_no_answer: group?.forward_no_answer ?? "",
    enabled: group?.enabled ?? true,
  }),
};
