import {useEffect, useRef, useState} from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import {duration} from "./format";
import {useWidth} from "./hooks";
import {text} from "./text";

export interface Wake {
  at: number;
  ms: number;
}

export interface Pushed {
  at: number;
  accepted: boolean;
}

const hour = 3_600_000;
const minute = 60_000;
const height = 156;
const sync = UPlot.sync("hour");
const clock = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit"});

/** True in the dark; what is drawn does not follow the style sheet by itself. */
function useDark(): boolean {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const [dark, set] = useState(query.matches);
  useEffect(() => {
    const tell = (): void => set(query.matches);
    query.addEventListener("change", tell);
    return () => query.removeEventListener("change", tell);
  }, []);
  return dark;
}

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function axes(values: (value: number) => string): UPlot.Axis[] {
  const font = "12px system-ui, sans-serif";
  const common = {stroke: colour("--muted"), font, ticks: {show: false}};
  return [
    {...common, grid: {show: false}, space: 90, size: 28, values: (_, times) => times.map((at) => clock.format(at * 1000))},
    {...common, grid: {stroke: colour("--line"), width: 1}, size: 48, space: 36, values: (_, all) => all.map(values)},
  ];
}

interface Plot {
  label: string;
  data: UPlot.AlignedData;
  series: () => UPlot.Series[];
  values: (value: number) => string;
  least: number;
  told: (plot: UPlot, index: number) => string;
}

/** A chart of the last hour; `plot.told` says what is under the pointer. */
function Chart({plot, now}: {plot: Plot; now: number}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const inside = useRef<HTMLDivElement>(null);
  const drawn = useRef<UPlot | null>(null);
  const latest = useRef({plot, now});
  latest.current = {plot, now};
  const dark = useDark();
  const [told, tell] = useState("");
  useEffect(() => {
    if (!inside.current || width === 0) return;
    const made = new UPlot({
      width, height,
      padding: [8, 8, 0, 0],
      legend: {show: false},
      cursor: {sync: {key: sync.key}, drag: {x: false, y: false}, y: false, points: {show: false}},
      scales: {
        x: {range: () => [(latest.current.now - hour) / 1000, latest.current.now / 1000]},
        y: {range: (_, __, most) => [0, Math.max(plot.least, (most ?? 0) * 1.1)]},
      },
      axes: axes(plot.values),
      series: [{}, ...plot.series()],
      hooks: {setCursor: [(one) => tell(typeof one.cursor.idx === "number" ? latest.current.plot.told(one, one.cursor.idx) : "")]},
    }, plot.data, inside.current);
    drawn.current = made;
    return () => made.destroy();
  }, [width, dark]);
  useEffect(() => drawn.current?.setData(plot.data), [plot.data, now]);
  return (
    <div ref={box} class="plot">
      <div ref={inside} role="img" aria-label={plot.label}/>
      <p class="told muted" aria-hidden="true">{told}</p>
    </div>
  );
}

/** Pushes by the minute: all of them, and before them those that were accepted. */
function pushPlot(pushes: Pushed[], now: number): Plot {
  const last = Math.floor(now / minute);
  const times = Array.from({length: 61}, (_, index) => (last - 60 + index) * 60);
  const all = times.map(() => 0);
  const accepted = times.map(() => 0);
  for (const push of pushes) {
    const index = Math.floor(push.at / minute) - last + 60;
    if (all[index] === undefined) continue;
    all[index] += 1;
    if (push.accepted) accepted[index] = (accepted[index] ?? 0) + 1;
  }
  const paths = UPlot.paths.bars?.({size: [.7, 14]});
  const bars = (name: string): UPlot.Series => ({
    stroke: colour(name), fill: colour(name), width: 0, points: {show: false}, ...(paths && {paths}),
  });
  const good = pushes.filter((push) => push.accepted).length;
  return {
    label: text.now.pushesAlt(good, pushes.length - good),
    data: [times, all, accepted],
    series: () => [bars("--bad"), bars("--push")],
    values: (value) => (Number.isInteger(value) ? String(value) : ""),
    least: 4,
    told: (plot, index) => {
      const taken = plot.data[2]?.[index] ?? 0;
      return text.now.pushesAt(clock.format((times[index] ?? 0) * 1000), taken, (plot.data[1]?.[index] ?? 0) - taken);
    },
  };
}

function wakePlot(wakes: Wake[]): Plot {
  const inOrder = [...wakes].sort((a, b) => a.at - b.at);
  const sorted = wakes.map((wake) => wake.ms).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return {
    label: text.now.wakingAlt(wakes.length, duration(median), duration(sorted[sorted.length - 1] ?? 0)),
    data: [inOrder.map((wake) => wake.at / 1000), inOrder.map((wake) => wake.ms / 1000)],
    series: () => [{
      stroke: colour("--push"), width: 0, paths: () => null,
      points: {show: true, size: 8, fill: colour("--push"), stroke: colour("--paper"), width: 1},
    }],
    values: (value) => `${value} s`,
    least: 2,
    told: (plot, index) => {
      const at = plot.data[0]?.[index];
      const took = plot.data[1]?.[index];
      return at === undefined || typeof took !== "number" ? "" : text.now.wokeAt(clock.format(at * 1000), duration(took * 1000));
    },
  };
}

export default function Charts({wakes, pushes, now: asked}: {wakes: Wake[]; pushes: Pushed[]; now: number}) {
  const now = Math.max(asked, ...wakes.map((wake) => wake.at), ...pushes.map((push) => push.at));
  const sorted = wakes.map((wake) => wake.ms).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  const slowest = sorted[sorted.length - 1];
  const accepted = pushes.filter((push) => push.accepted).length;
  return (
    <div class="tiles charts">
      <section class="panel" aria-labelledby="pushed">
        <h2 id="pushed">{text.now.pushesHour}</h2>
        {pushes.length === 0 ? <p class="muted">{text.now.pushesNone}</p> : (
          <>
            <dl class="figures small">
              <div class="figure"><dt>{text.now.accepted}</dt><dd class="num">{accepted}</dd></div>
              <div class={`figure ${accepted < pushes.length ? "bad" : ""}`}><dt>{text.now.notAccepted}</dt><dd class="num">{pushes.length - accepted}</dd></div>
            </dl>
            <Chart plot={pushPlot(pushes, now)} now={now}/>
          </>
        )}
      </section>
      <section class="panel" aria-labelledby="waking">
        <h2 id="waking">{text.now.waking}</h2>
        {median === undefined || slowest === undefined ? <p class="muted">{text.now.wakingNone}</p> : (
          <>
            <dl class="figures small">
              <div class="figure"><dt>{text.now.woken}</dt><dd class="num">{wakes.length}</dd></div>
              <div class="figure"><dt>{text.now.median}</dt><dd class="num">{duration(median)}</dd></div>
              <div class="figure"><dt>{text.now.slowest}</dt><dd class="num">{duration(slowest)}</dd></div>
            </dl>
            <Chart plot={wakePlot(wakes)} now={now}/>
          </>
        )}
      </section>
    </div>
  );
}
