// Looks at the page in Chromium. Each line of standard input is a JSON object {"do": ..., ...}; each gets one line back,
// {"value": ...} or {"error": ...}. Everything waits until it holds, for LIMIT seconds at most.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {createInterface} from "node:readline";
import {chromium} from "playwright-core";

const limit = Number(process.env.LIMIT) * 1000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const asRoot = process.getuid() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", ...asRoot],
});

let page;
const seen = {dialogs: 0, problems: []};

async function open({url, dark = false, width = 1280, height = 860}) {
  const cookies = page ? await page.context().storageState() : undefined;
  await page?.context().close();
  const context = await browser.newContext({
    colorScheme: dark ? "dark" : "light", viewport: {width, height}, storageState: cookies, locale: "en-GB", reducedMotion: "reduce"});
  context.setDefaultTimeout(limit);
  page = await context.newPage();
  page.on("dialog", (dialog) => { ++seen.dialogs; void dialog.dismiss(); });
  page.on("pageerror", (error) => seen.problems.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) seen.problems.push(line.text());
  });
  await page.goto(url);
}

async function faults() {
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ["violations"]}));
  return result.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
}

const timings = () => page.evaluate(() => {
  const [navigation] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const files = performance.getEntriesByType("resource").filter((one) => one.name.includes("/assets/"));
  return {
    first_content_ms: Math.round(paint?.startTime ?? -1),
    loaded_ms: Math.round(navigation.loadEventEnd),
    bytes: navigation.transferSize + files.reduce((sum, one) => sum + one.transferSize, 0),
  };
});

/** The times between frames for so long: what somebody who looks sees as smooth or not. */
const frames = ({seconds}) => page.evaluate((length) => new Promise((done) => {
  const times = [];
  const begun = performance.now();
  let last = begun;
  const draw = (now) => {
    times.push(now - last);
    last = now;
    if (now - begun < length) return requestAnimationFrame(draw);
    times.sort((a, b) => a - b);
    const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] * 10) / 10;
    done({frames: times.length, p50: at(.5), p95: at(.95), p99: at(.99), worst: at(1), long: times.filter((time) => time > 50).length});
  };
  requestAnimationFrame(draw);
}), seconds * 1000);

const within = (where) => (where ? page.locator(where) : page);
const acts = {
  open,
  go: ({to}) => page.evaluate((hash) => { location.hash = hash; }, `#/${to}`),
  reload: () => page.reload(),
  fill: ({label, value}) => page.getByLabel(label, {exact: true}).fill(value),
  click: ({role = "button", name, where}) => within(where).getByRole(role, {name, exact: true}).click(),
  type: ({where, value}) => page.locator(where).fill(value),
  choose: ({label, path}) => page.getByLabel(label, {exact: true}).setInputFiles(path),
  focus: ({where}) => page.locator(where).focus(),
  press: ({key}) => page.keyboard.press(key),
  see: ({text, where}) => within(where).getByText(text).first().waitFor({state: "visible"}),
  wait: ({where}) => page.locator(where).first().waitFor({state: "visible"}),
  gone: ({where}) => page.locator(where).first().waitFor({state: "hidden"}),
  text: ({where}) => page.locator(where).first().innerText(),
  texts: ({where}) => page.locator(where).allInnerTexts(),
  attributes: ({where, name}) => page.locator(where).evaluateAll((all, key) => all.map((one) => one.getAttribute(key)), name),
  count: ({where}) => page.locator(where).count(),
  too_wide: () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  shot: ({path, whole = true}) => page.screenshot({path, fullPage: whole}),
  faults,
  frames,
  timings,
  seen: () => seen,
};

for await (const line of createInterface({input: process.stdin})) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = {value: (await acts[asked.do](asked)) ?? null};
  } catch (error) {
    answer = {error: `${line}: ${error.message ?? error}`};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
