import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";

type Palette = Map<string, string>;

const style = readFileSync(`${process.env.SIPWAKE_SOURCE_DIR}/web/ui/src/style.css`, "utf8");
const colours = (css: string): Palette => new Map([...css.matchAll(/--([\w-]+): (#[0-9a-f]{3,6});/g)].map((one) => [one[1] ?? "", one[2] ?? ""]));
const roots = style.split(":root {").slice(1, 3).map((part) => colours(part.slice(0, part.indexOf("}"))));
const light = roots[0] ?? new Map();
const dark: Palette = new Map([...light, ...(roots[1] ?? new Map())]);

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const six = hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(six.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(palette: Palette, a: string, b: string): number {
  const [one = 0, other = 0] = [a, b].map((name) => luminance(palette.get(name) ?? assert.fail(name))).sort((x, y) => y - x);
  return (one + 0.05) / (other + 0.05);
}

const grounds = ["ground", "paper", "raised", "plain-ground"];
const written = [
  ...grounds.flatMap((ground) => ["ink", "muted"].map((ink) => [ink, ground])),
  ...["held", "ringing", "good", "bad"].flatMap((name) => [[name, `${name}-ground`], [name, "paper"]]),
  ["accent", "paper"], ["accent", "ground"], ["accent-ink", "accent"], ["push", "paper"], ["paper", "bad"],
];
const drawn = [
  ["edge", "paper"], ["edge", "ground"], ["edge", "raised"], ["accent", "paper"], ["accent", "ground"], ["push", "paper"], ["bad", "paper"],
];

for (const [theme, palette] of [["light", light], ["dark", dark]] as const) {
  test(`letters stand out 4.5 to 1 in the ${theme}`, () => {
    for (const [a = "", b = ""] of written) assert.ok(contrast(palette, a, b) >= 4.5, `${a} on ${b}: ${contrast(palette, a, b)}`);
  });
  test(`edges of inputs, the focus and the charts stand out 3 to 1 in the ${theme}`, () => {
    for (const [a = "", b = ""] of drawn) assert.ok(contrast(palette, a, b) >= 3, `${a} on ${b}: ${contrast(palette, a, b)}`);
  });
}
