import {useMemo, useState} from "preact/hooks";

import {useWidth} from "./hooks";
import {describe, labelOf, layOut, linesOf, secondsOf, type Ladder, type Mark} from "./ladder";
import {text} from "./text";
import type {Call} from "./types";

const letter = 6.3; // the width of one, about

function cut(words: string, room: number): string {
  const most = Math.max(4, Math.floor(room / letter));
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}

function Arrow({x1, x2, y, kind}: {x1: number; x2: number; y: number; kind: string}) {
  const way = x2 > x1 ? 1 : -1;
  const tip = x2 - way * 3;
  return (
    <g class={kind}>
      <line x1={x1 + way * 3} y1={y} x2={tip - way * 4} y2={y}/>
      <path d={`M${tip} ${y}l${-way * 8} -4v8z`}/>
    </g>
  );
}

function Row({ladder, mark, index, chosen, choose}:
    {ladder: Ladder; mark: Mark; index: number; chosen: boolean; choose: (hold: boolean) => void}) {
  const fresh = index === 0 || ladder.marks[index - 1]?.ms !== mark.ms;
  const from = ladder.lanes[mark.from]?.x ?? 0;
  const to = ladder.lanes[mark.to]?.x ?? 0;
  const {y} = mark;
  const phone = mark.onward === null ? null : ladder.lanes[mark.onward]?.x ?? null;
  const last = mark.from === mark.to && from > ladder.width * 0.6;
  const middle = (from + to) / 2;
  const room = mark.from === mark.to ? (last ? from - ladder.axis : ladder.width - from) - 14
    : 2 * Math.min(middle - ladder.axis, ladder.width - middle);
  return (
    <g id={`step-${index}`} class={`step ${mark.tone}${chosen ? " chosen" : ""}${mark.step.message ? " tells" : ""}`} role="option"
       aria-selected={chosen} aria-label={describe(ladder, mark)} onMouseEnter={() => choose(false)} onClick={() => choose(true)}>
      <rect class="band" x="0" y={y - 20} width={ladder.width} height="32" rx="6"/>
      {fresh && <text class="time" x={ladder.axis - 8} y={y + 4} text-anchor="end">{(mark.ms / 1000).toFixed(3)}</text>}
      {mark.from === mark.to ? (
        <>
          <circle cx={from} cy={y} r="4.5"/>
          <text x={last ? from - 11 : from + 11} y={y + 4} text-anchor={last ? "end" : "start"}>{cut(mark.label, room)}</text>
        </>
      ) : (
        <>
          <Arrow x1={from} x2={to} y={y} kind="arrow"/>
          <text x={middle} y={y - 6} text-anchor="middle">{cut(mark.label, room)}</text>
        </>
      )}
      {phone !== null && <Arrow x1={from} x2={phone} y={y} kind="arrow onward"/>}
    </g>
  );
}

function Details({ladder, mark}: {ladder: Ladder; mark: Mark | undefined}) {
  if (!mark) return <p class="step-details hint">{text.call.ladderHelp}</p>;
  const from = ladder.lanes[mark.from]?.name;
  const to = ladder.lanes[mark.to]?.name;
  return (
    <p class="step-details">
      <span class="num">{secondsOf(mark.ms)}</span>
      <span>{from}{mark.from !== mark.to && <> → {to}</>}</span>
      <strong>{mark.label}</strong>
      {mark.step.detail && mark.step.detail !== mark.label && <code>{mark.step.detail}</code>}
    </p>
  );
}

function Message({head, close}: {head: string; close: () => void}) {
  return (
    <div class="message">
      <pre tabIndex={0} role="region" aria-label={text.ladder.message}>
        {linesOf(head).map((line, index) => <span key={index}>{line.name && <b>{line.name}</b>}{line.rest}{"\n"}</span>)}
      </pre>
      <button type="button" class="close" onClick={close} aria-label={text.ladder.close}>×</button>
    </div>
  );
}

/** The call as a picture: who said what to whom, and when. */
export function LadderView({call, names}: {call: Call; names: Map<number, string>}) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [chosen, choose] = useState<number>(-1);
  const [held, hold] = useState(false); // by click, tap or key: the pointer does not take it away
  const ladder = useMemo(() => layOut(call, names, width), [call, names, width]);
  const last = ladder.marks.length - 1;
  const show = (index: number, hard: boolean): void => {
    if (held && !hard) return;
    choose(index);
    hold(hard && index >= 0);
  };
  const close = (): void => show(-1, true);
  const turn = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
    if (!(event.target as Element).matches('[role="listbox"]')) return;
    const moves: Record<string, number> = {ArrowDown: chosen + 1, ArrowUp: chosen - 1, Home: 0, End: last};
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(Math.min(last, Math.max(0, to)), true);
  };
  // The message is read and scrolled while its step stays chosen.
  const leave = (event: FocusEvent): void => {
    const figure = event.currentTarget as Element;
    if (event.relatedTarget && !figure.contains(event.relatedTarget as Node)) close();
  };
  const message = ladder.marks[chosen]?.step.message;
  return (
    <figure class="ladder" onKeyDown={turn} onMouseLeave={() => show(-1, false)} onFocusOut={leave}>
      <div class="ladder-scroll" ref={ref} tabIndex={0} role="listbox" aria-label={text.call.ladder}
           aria-activedescendant={chosen >= 0 ? `step-${chosen}` : undefined}>
        {width > 0 && (
          <svg width={ladder.width} height={ladder.height} viewBox={`0 0 ${ladder.width} ${ladder.height}`} role="presentation">
            {ladder.held && (
              <rect class="hold" x={(ladder.lanes[1]?.x ?? 0) - 5} y={ladder.held.from} width="10" rx="5"
                    height={ladder.held.to - ladder.held.from}/>
            )}
            {ladder.lanes.map((lane) => (
              <g key={lane.key} class={`lane ${lane.key.split(" ")[0]}`}>
                <line x1={lane.x} y1="44" x2={lane.x} y2={ladder.height - 8}/>
                <LaneName words={lane.name} x={lane.x} room={(ladder.width - ladder.axis) / ladder.lanes.length}/>
              </g>
            ))}
            {ladder.waits.map((wait) => (
              <text key={wait.y} class="wait" x={ladder.axis - 8} y={wait.y} text-anchor="end">{wait.label}</text>
            ))}
            {ladder.marks.map((mark, index) => (
              <Row key={index} ladder={ladder} mark={mark} index={index} chosen={index === chosen} choose={(hard) => show(index, hard)}/>
            ))}
          </svg>
        )}
      </div>
      <figcaption>
        <Details ladder={ladder} mark={ladder.marks[chosen]}/>
        {message && <Message key={chosen} head={message} close={close}/>}
      </figcaption>
    </figure>
  );
}

/** On more lines when it is long: "mobile" above "of Dave". */
function LaneName({words, x, room}: {words: string; x: number; room: number}) {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const line = lines[lines.length - 1];
    if (line !== undefined && (`${line} ${word}`.length * 7 < room + 8 || lines.length === 3))
      lines[lines.length - 1] = `${line} ${word}`;
    else
      lines.push(word);
  }
  return (
    <text class="lane-name" text-anchor="middle">
      {lines.map((line, index) => <tspan key={index} x={x} y={36 - 13 * (lines.length - 1 - index)}>{cut(line, room + 8)}</tspan>)}
    </text>
  );
}

/** The same steps as a list. */
export function StepList({call, names}: {call: Call; names: Map<number, string>}) {
  return (
    <ol class="steps">
      {(call.timeline ?? []).map((step, index) => (
        <li key={index} data-what={step.what}>
          <span class="num">{secondsOf(Date.parse(step.at) - Date.parse(call.started_at))}</span>
          <span>{labelOf(step)}</span>
          {step.device !== null && <span class="muted">{names.get(step.device) ?? text.call.gone}</span>}
          {step.detail && step.detail !== labelOf(step) && <code>{step.detail}</code>}
        </li>
      ))}
    </ol>
  );
}
