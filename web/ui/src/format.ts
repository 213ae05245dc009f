// Times, durations and addresses as people read them, in the browser's language.

const clock = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit", second: "2-digit"});
const day = new Intl.DateTimeFormat(undefined, {day: "numeric", month: "short"});
const full = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "medium"});
const date = new Intl.DateTimeFormat(undefined, {dateStyle: "medium"});
const relative = new Intl.RelativeTimeFormat(undefined, {numeric: "auto"});

export const fullTime = (iso: string): string => full.format(new Date(iso));
export const dateOf = (iso: string): string => date.format(new Date(iso));

/** "14:03:20", with the day when it was not today. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

/** "3 minutes ago", "in 2 days". */
export function ago(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86400], ["hour", 3600], ["minute", 60]];
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return relative.format(Math.trunc(seconds), "second");
}

/** "0.9 s", "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pair = (big: number, unit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${smallUnit}`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86400) return pair(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  return pair(Math.floor(whole / 86400), "d", Math.floor((whole % 86400) / 3600), "h");
}

/** "12 ms"; from a second on as a duration. */
export const brief = (ms: number): string => (ms < 999.5 ? `${Math.round(ms)} ms` : duration(ms));

/** "780 kB", "1.4 MB" */
export function bytes(count: number): string {
  const units: [string, number][] = [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]];
  for (const [unit, size] of units)
    if (count >= size) return `${(count / size).toFixed(count < 10 * size ? 1 : 0)} ${unit}`;
  return `${count} B`;
}

/** "0:07" */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Text of the server's with its numbers and units kept together. */
export const prose = (words: string): string => words.replace(/(\d) (s|ms|min)\b/g, "$1\u00a0$2");

export const withoutScheme = (uri: string): string => uri.replace(/^sips?:/, "");
export const userPart = (aor: string): string => aor.replace(/@[^@]*$/, "");

/** Who calls: the name when there is one, else the address. */
export const callerOf = (call: {caller: string; caller_name: string}): string =>
  call.caller_name || withoutScheme(call.caller);

/** Sixteen letters and digits that are not taken for one another. */
export function makePassword(): string {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => letters[byte % letters.length]).join("");
}
