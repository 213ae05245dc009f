import {useState} from "preact/hooks";

import {get, post} from "./api";
import {useDeviceNames} from "./devices";
import {callerOf, countdown, duration, prose, userPart, withoutScheme} from "./format";
import {useLoaded, useNow, useTitle} from "./hooks";
import {LadderView, StepList} from "./ladder_view";
import {Await, Badge, Empty, Outcome, Sure, Time} from "./parts";
import {text} from "./text";
import type {Call, Leg} from "./types";

/** How long a phone of this call took from its push to its REGISTER. */
export function wokeIn(call: Call, device: number): number | null {
  const mine = (call.timeline ?? []).filter((step) => step.device === device);
  const asked = mine.find((step) => step.what === "push_asked");
  const came = asked && mine.find((step) => step.at >= asked.at && (step.what === "registered" || step.what === "keep_alive"));
  return asked && came ? Date.parse(came.at) - Date.parse(asked.at) : null;
}

/** How long there is still hope, while a call is held. */
export function Countdown({call}: {call: Call}) {
  const now = useNow(250);
  if (!call.held_until) return null;
  const left = Date.parse(call.held_until) - now;
  const all = Date.parse(call.held_until) - Date.parse(call.started_at);
  return (
    <div class="countdown">
      <span class="num big" role="timer" aria-live="off">{countdown(left)}</span>
      <span class="muted">{left > 0 ? text.call.left : text.call.overdue}</span>
      <progress max={all} value={Math.max(0, left)} aria-hidden="true"/>
    </div>
  );
}

function pushOf(leg: Leg) {
  if (!leg.push) return <span class="muted">{text.call.noPush}</span>;
  const result = leg.push.result ?? text.call.pushUnknown;
  const kind = leg.push.result === null ? "plain" : leg.push.result === "accepted" ? "good" : "missed";
  return <><Badge kind={kind}>{result}</Badge>{text.call.attempts(leg.push.attempts)}</>;
}

function Legs({call, names}: {call: Call; names: Map<number, string>}) {
  if (call.legs.length === 0) return <Empty title={text.call.noLegs}/>;
  return (
    <div class="table-scroll">
      <table class="stacking">
        <thead>
          <tr>
            <th scope="col">{text.call.phone}</th>
            <th scope="col">{text.call.state}</th>
            <th scope="col">{text.call.push}</th>
            <th scope="col" class="right">{text.call.woke}</th>
            <th scope="col" class="right">{text.call.late}</th>
          </tr>
        </thead>
        <tbody>
          {call.legs.map((leg) => {
            const woke = wokeIn(call, leg.device);
            return (
              <tr key={leg.device}>
                <th scope="row">{names.get(leg.device) ?? text.call.gone}</th>
                <td data-label={text.call.state}>{text.legs[leg.state] ?? leg.state}</td>
                <td data-label={text.call.push}>{pushOf(leg)}</td>
                <td class="right num" data-label={text.call.woke}>{woke === null ? "–" : duration(woke)}</td>
                <td class="right num" data-label={text.call.late}>{leg.late_attempts || "–"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Facts({call}: {call: Call}) {
  const talked = call.answered_at
    ? duration(Date.parse(call.ended_at ?? new Date().toISOString()) - Date.parse(call.answered_at)) : null;
  return (
    <dl class="facts">
      <div><dt>{text.call.from}</dt><dd>{withoutScheme(call.caller)}</dd></div>
      <div><dt>{text.call.to}</dt><dd>{withoutScheme(call.callee)}</dd></div>
      <div><dt>{text.call.when}</dt><dd><Time at={call.started_at}/></dd></div>
      {call.final_status !== null && <div><dt>{text.call.final}</dt><dd>{call.final_status}</dd></div>}
      {call.from_trunk && <div><dt>{text.call.fromTrunk}</dt><dd>{call.from_trunk}</dd></div>}
      {call.to_trunk && <div><dt>{text.call.toTrunk}</dt><dd>{call.to_trunk}</dd></div>}
      {talked && call.state === "ended" && <div><dt>{text.call.lasted}</dt><dd>{talked}</dd></div>}
      <div class="wide"><dt>{text.call.callId}</dt><dd><code>{call.call_id}</code></dd></div>
    </dl>
  );
}

function HangUp({call, done}: {call: Call; done: () => void}) {
  const [asked, ask] = useState(false);
  const end = (): void => {
    ask(false);
    done();
  };
  return (
    <>
      <p><button type="button" class="danger-text" onClick={() => ask(true)}>{text.call.hangUp}</button></p>
      {asked && <Sure title={text.call.hangUpTitle} words={text.call.hangUpText} yes={text.call.hangUp}
                      act={() => post(`calls/${call.id}/hangup`)} close={() => ask(false)} done={end}/>}
    </>
  );
}

const titleOf = (call: Call): string => text.call.title(callerOf(call), userPart(withoutScheme(call.callee)));

export function CallView({id}: {id: string}) {
  const loaded = useLoaded(() => get<Call>(`calls/${encodeURIComponent(id)}`), [id], ["call", "leg", "push"]);
  const call = loaded.data;
  useTitle(call ? titleOf(call) : text.calls.title);
  const names = useDeviceNames([...(call?.legs ?? []).map((leg) => leg.device),
                                ...(call?.timeline ?? []).map((step) => step.device ?? 0)].filter(Boolean));
  return (
    <>
      <p class="back"><a href="#/calls">← {text.call.back}</a></p>
      <Await what={loaded}>{(one) => (
        <>
          <header class="page-head">
            <div class="title-line">
              <h1>{titleOf(one)}</h1>
              <Outcome call={one}/>
            </div>
            <p class="verdict">{prose(one.verdict ?? text.call.noStory)}</p>
            {one.state === "held" && <Countdown call={one}/>}
            {(one.state === "held" || one.state === "ringing") && <HangUp call={one} done={loaded.reload}/>}
          </header>
          <section aria-labelledby="ladder">
            <h2 id="ladder">{text.call.ladder}</h2>
            {one.timeline === null ? <Empty title={text.call.damaged}/> : (
              <div class="panel">
                <LadderView call={one} names={names}/>
                <details>
                  <summary>{text.call.steps}</summary>
                  <StepList call={one} names={names}/>
                </details>
              </div>
            )}
          </section>
          <section aria-labelledby="legs">
            <h2 id="legs">{text.call.legs}</h2>
            <div class="panel flush"><Legs call={one} names={names}/></div>
          </section>
          <Facts call={one}/>
          <p class="links">
            <a href={`/api/v1/calls/${one.id}/bundle`} download={`sipwake-call-${one.id}.json`} title={text.call.exportHint}>{text.call.export}</a>
            <a href={`/api/v1/calls/${one.id}/ladder`} target="_blank" rel="noopener">{text.call.asText}</a>
          </p>
        </>
      )}</Await>
    </>
  );
}
