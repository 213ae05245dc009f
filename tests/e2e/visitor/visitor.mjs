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
const noticed = {dialogs: 0, problems: []};

async function open({url, dark = false, width = 1280, height = 860}) {
  const cookies = page ? await page.context().storageState() : undefined;
  await page?.context().close();
  const context = await browser.newContext({
    colorScheme: dark ? "dark" : "light", viewport: {width, height}, storageState: cookies, locale: "en-GB", reducedMotion: "reduce"});
  context.setDefaultTimeout(limit);
  page = await context.newPage();
  page.on("dialog", (dialog) => { ++noticed.dialogs; void dialog.dismiss(); });
  page.on("pageerror", (error) => noticed.problems.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) noticed.problems.push(line.text());
  });
  await page.goto(url);
}

async function faults() {
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}));
  return result.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
}

/** What became of the load, as the browser saw it. */
const timings = () => page.evaluate(async () => {
  const seen = async (type) => {
    const all = [];
    const observer = new PerformanceObserver((list) => all.push(...list.getEntries()));
    observer.observe({type, buffered: true});
    await new Promise((done) => setTimeout(done, 50));
    observer.disconnect();
    return all;
  };
  const sum = (all, value) => all.reduce((total, one) => total + value(one), 0);
  const [navigation] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const files = performance.getEntriesByType("resource").filter((one) => one.name.includes("/assets/"));
  const largest = (await seen("largest-contentful-paint")).pop();
  return {
    first_content_ms: Math.round(paint?.startTime ?? -1),
    largest_content_ms: Math.round(largest?.startTime ?? -1),
    blocked_ms: Math.round(sum(await seen("longtask"), (one) => one.duration - 50)),
    shifted: Math.round(sum(await seen("layout-shift"), (one) => (one.hadRecentInput ? 0 : one.value)) * 1000) / 1000,
    loaded_ms: Math.round(navigation.loadEventEnd),
    bytes: navigation.transferSize + sum(files, (one) => one.transferSize),
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

/** What has the focus: its name and its text, and what it is told with. */
const focused = () => page.evaluate(() => {
  const one = document.activeElement;
  const told = (one?.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)
    .map((id) => document.getElementById(id)?.textContent).join(" ");
  return {label: one?.getAttribute("aria-label") ?? one?.labels?.[0]?.textContent ?? "", text: one?.textContent ?? "", told};
});

/** Looks at what has the focus as somebody without a mouse does. */
const stop = () => page.evaluate(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((other) => other.tabIndex >= 0 && !other.disabled && other.checkVisibility({visibilityProperty: true}));
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.y + Math.min(box.height / 2, 12), 1), innerHeight - 1);
  const above = document.elementFromPoint(x, y);
  const what = `${one.tagName.toLowerCase()} "${(one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent).trim().slice(0, 40)}"`;
  return {
    what, at: stops.indexOf(one), of: stops.length,
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    hidden: !above || !(one.contains(above) || above.contains(one) || one.labels?.[0]?.contains(above)),
  };
});

/** Goes once around the view with the Tab key. Odd: a stop without a mark, behind something, out of turn or left out. */
async function walk() {
  const odd = [];
  const seen = [];
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  for (let i = 0; i < 300; ++i) {
    await page.keyboard.press("Tab");
    const here = await stop();
    if (!here || (here.at === 0 && seen.length > 0)) {
      const all = seen[seen.length - 1]?.of ?? 0;
      return {stops: seen.length, odd: seen.length === all ? odd : [...odd, `${seen.length} stops of ${all}`]};
    }
    if (here.at !== seen.length) odd.push(`${here.what} is stop ${here.at} after ${seen.length - 1}`);
    if (!here.marked) odd.push(`${here.what} shows no focus`);
    if (here.hidden) odd.push(`${here.what} is behind something`);
    seen.push(here);
  }
  return {stops: seen.length, odd: [...odd, "it never ends"]};
}

/** WCAG 1.4.12: what a reader may do to lines, letters and words. */
const space = () => page.evaluate(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important} p {margin-bottom: 2em !important}");
  document.adoptedStyleSheets = [sheet];
});

/** Follows a link that is a file. */
async function download({name}) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", {name, exact: true}).click()]);
  return {name: file.suggestedFilename(), begins: readFileSync(await file.path()).subarray(0, 15).toString("latin1")};
}

const moving = () => page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running").length);

const within = (where) => (where ? page.locator(where) : page);
const acts = {
  open,
  go: ({to}) => page.evaluate((hash) => { location.hash = hash; }, `#/${to}`),
  reload: () => page.reload(),
  fill: ({label, value}) => page.getByLabel(label, {exact: true}).fill(value),
  click: ({role = "button", name, where}) => within(where).getByRole(role, {name, exact: true}).click(),
  type: ({where, value}) => page.locator(where).fill(value),
  select: ({where, value}) => page.locator(where).selectOption(value),
  download,
  choose: ({label, path}) => page.getByLabel(label, {exact: true}).setInputFiles(path),
  focus: ({where}) => page.locator(where).focus(),
  press: ({key}) => page.keyboard.press(key),
  see: ({text, where}) => within(where).getByText(text).first().waitFor({state: "visible"}),
  wait: ({where}) => page.locator(where).first().waitFor({state: "visible"}),
  gone: ({where}) => page.locator(where).first().waitFor({state: "hidden"}),
  value: ({label}) => page.getByLabel(label).inputValue(),
  text: ({where}) => page.locator(where).first().innerText(),
  texts: ({where}) => page.locator(where).allInnerTexts(),
  attributes: ({where, name}) => page.locator(where).evaluateAll((all, key) => all.map((one) => one.getAttribute(key)), name),
  count: ({where}) => page.locator(where).count(),
  too_wide: () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  shot: ({path, whole = true}) => page.screenshot({path, fullPage: whole}),
  faults,
  focused,
  focus_is: ({where}) => page.locator(where).evaluateAll((all) => all.includes(document.activeElement)),
  walk,
  space,
  moving,
  title: () => page.title(),
  frames,
  timings,
  seen: () => noticed,
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
