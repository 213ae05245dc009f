import {duration} from "./format";
import {useWidth} from "./hooks";
import {text} from "./text";

export interface Wake {
  at: number;
  ms: number;
  call: number;
}

const height = 132;
const left = 44;
const bottom = 22;
const hour = 3_600_000;

/** A round number of seconds that is not below the slowest wake. */
function ceiling(ms: number): number {
  const steps = [1000, 2000, 3000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000];
  return steps.find((step) => step >= ms) ?? ms;
}

const clock = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit"});

/** Each wake of the last hour as a point: when it was, and how long it took. */
export function WakeChart({wakes, now}: {wakes: Wake[]; now: number}) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const times = wakes.map((wake) => wake.ms).sort((a, b) => a - b);
  const median = times[Math.floor((times.length - 1) / 2)];
  const slowest = times[times.length - 1];
  if (median === undefined || slowest === undefined) return <p class="muted">{text.now.wakingNone}</p>;
  const most = ceiling(slowest);
  const end = Math.max(now, ...wakes.map((wake) => wake.at));
  const x = (at: number): number => left + (width - left - 10) * (1 - (end - at) / hour);
  const y = (ms: number): number => 10 + (height - bottom - 10) * (1 - ms / most);
  return (
    <div class="chart">
      <dl class="figures small">
        <div class="figure"><dt>{text.now.woken}</dt><dd class="num">{wakes.length}</dd></div>
        <div class="figure"><dt>{text.now.median}</dt><dd class="num">{duration(median)}</dd></div>
        <div class="figure"><dt>{text.now.slowest}</dt><dd class="num">{duration(slowest)}</dd></div>
      </dl>
      <div ref={ref}>{width > 0 && (
        <svg width={width} height={height} role="img"
             aria-label={text.now.wakingAlt(wakes.length, duration(median), duration(slowest))}>
          {[0, most / 2, most].map((ms) => (
            <g key={ms} class="grid">
              <line x1={left} x2={width - 6} y1={y(ms)} y2={y(ms)}/>
              <text x={left - 8} y={y(ms) + 4} text-anchor="end">{ms === 0 ? "0" : `${ms / 1000} s`}</text>
            </g>
          ))}
          {(width < 480 ? [0, 2] : [0, 1, 2, 3]).map((quarter) => {
            const at = end - quarter * hour / 4;
            return <text key={quarter} class="tick" x={x(at)} y={height - 4}
                         text-anchor={quarter === 0 ? "end" : "middle"}>{clock.format(at)}</text>;
          })}
          {wakes.map((wake) => (
            <circle key={`${wake.call} ${wake.at} ${wake.ms}`} cx={x(wake.at)} cy={y(wake.ms)} r="4"><title>{duration(wake.ms)}</title></circle>
          ))}
        </svg>
      )}</div>
    </div>
  );
}
