import {userPart, withoutScheme} from "./format";

/** The people of `serve --demo`. Their calls show what the page can do; they are not the owner's. */
export const players: readonly string[] = ["demo-alice", "demo-bob", "demo-carol", "demo-dave", "demo-erin"];

export const isPlayer = (aor: string): boolean => players.includes(userPart(withoutScheme(aor)));

/** A call somebody made: one with anybody in it who is not of the demo. Ring tests are no calls to the server. */
export const isReal = (call: {caller: string; callee: string}): boolean => !isPlayer(call.caller) || !isPlayer(call.callee);
