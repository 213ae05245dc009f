import type {ComponentChildren, ComponentType} from "preact";
import {useEffect, useState} from "preact/hooks";

import {get, pagesOf} from "./api";
import {Countdown, wokeIn} from "./call";
import {CallRows} from "./calls";
import type {Pushed, Wake} from "./charts";
import {ago, callerOf, dateOf, duration, userPart, withoutScheme} from "./format";
import {Guide, wayOf, type Way} from "./guide";
import {useLoaded, useNow, useTitle} from "./hooks";
import {useTroubles} from "./live";
import {Await, Badge, Called, Empty} from "./parts";
import {text} from "./text";
import {troublesOf} from "./trunk_state";
import type {Call, Device, List, PushEntry, Status, Trunk} from "./types";

const soon = 14 * 86_400_000;
const hour = 3_600_000;

interface Finding {
  words: ComponentChildren;
}

/** What is looked at to say how things are. */
interface State {
  status: Status;
  dead: number;
  trunks: Trunk[];
}

/** What is wrong and what to do about it; nothing: all is well. */
function findings({status, dead, trunks}: State, troubles: {at: string; event: string}[], now: number): Finding[] {
  const found: Finding[] = [];
  if (!status.push.some((push) => push.configured)) found.push({words: text.health.noPush});
  if (status.counts.users === 0)
    found.push({words: <>{text.health.noUsers} <a href="#/setup">{text.health.addUser}</a>.</>});
  if (dead > 0) found.push({words: <a href="#/phones">{text.health.dead(dead)}</a>});
  for (const words of troublesOf(trunks)) found.push({words: <a href="#/setup/routes">{words}</a>});
  for (const one of status.certificates)
    if (Date.parse(one.expires_at) - now < soon) found.push({words: text.health.certificate(one.file, dateOf(one.expires_at))});
  for (const one of troubles)
    if (now - Date.parse(one.at) < 10 * 60_000)
      found.push({words: text.health.trouble(text.health.named[one.event] ?? one.event, ago(one.at, now))});
  return found;
}

function Health({state}: {state: State}) {
  const now = useNow(10_000);
  const found = findings(state, useTroubles(), now);
  if (found.length === 0) return <p class="health well" role="status">{text.now.well}</p>;
  return (
    <div role="status">
      <ul class="health">
        {found.map((one, index) => <li key={index}>{one.words}</li>)}
      </ul>
    </div>
  );
}

function Elapsed({call}: {call: Call}) {
  const now = useNow(1000);
  return <span class="num big">{duration(now - Date.parse(call.answered_at ?? call.started_at)).replace(/\.\d/, "")}</span>;
}

function LiveCall({call}: {call: Call}) {
  return (
    <li>
      <a class={`live-call ${call.state}`} href={`#/calls/${call.id}`}>
        <span class="live-head">
          <Badge kind={call.state}>{text.call.states[call.state]}</Badge>
          {call.state === "held" ? null : <Elapsed call={call}/>}
        </span>
        <span class="who">
          <strong>{callerOf(call)}</strong> <Called/>{" "}
          <strong>{userPart(withoutScheme(call.callee))}</strong>
        </span>
        {call.state === "held" && <Countdown call={call}/>}
      </a>
    </li>
  );
}

function Figure({value, name, kind}: {value: number | string; name: string; kind?: string}) {
  return <div class={`figure ${kind ?? ""}`}><dt>{name}</dt><dd class="num">{value}</dd></div>;
}

function Figures({status}: {status: Status}) {
  const {counts} = status;
  return (
    <div class="tiles">
      <section class="panel" aria-label={text.now.phones}>
        <h2>{text.now.phones}</h2>
        <dl class="figures">
          <Figure value={counts.awake_devices} name={text.now.awake} kind="awake"/>
          <Figure value={Math.max(0, counts.devices - counts.awake_devices)} name={text.now.asleep} kind="asleep"/>
        </dl>
        <p class="muted">{text.now.users(counts.users)}</p>
      </section>
      <section class="panel" aria-label={text.now.calls}>
        <h2>{text.now.calls}</h2>
        <dl class="figures">
          <Figure value={counts.held_calls} name={text.now.held} kind={counts.held_calls ? "held" : ""}/>
          <Figure value={counts.ringing_calls} name={text.now.ringing} kind={counts.ringing_calls ? "ringing" : ""}/>
          <Figure value={counts.active_calls} name={text.now.active} kind={counts.active_calls ? "active" : ""}/>
        </dl>
      </section>
    </div>
  );
}

function wakesOf(calls: Call[], now: number): Wake[] {
  return calls.flatMap((call) => call.legs.flatMap((leg) => {
    const ms = wokeIn(call, leg.device);
    const at = Date.parse(leg.push?.asked_at ?? call.started_at);
    return ms === null || now - at > hour ? [] : [{at, ms}];
  }));
}

/** What push services said in the last hour, as far as a thousand pushes reach. */
async function pushesOf(): Promise<Pushed[]> {
  const since = Date.now() - hour;
  const pushed: Pushed[] = [];
  let cursor: string | null = "";
  for (let page = 0; page < 5 && cursor !== null; ++page) {
    const list: List<PushEntry> = await get<List<PushEntry>>(`push/log?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    for (const one of list.items)
      if (one.at && Date.parse(one.at) > since) pushed.push({at: Date.parse(one.at), accepted: one.result === "accepted"});
    const oldest = list.items[list.items.length - 1]?.at;
    cursor = oldest && Date.parse(oldest) > since ? list.next : null;
  }
  return pushed;
}

type Props = {wakes: Wake[]; pushes: Pushed[]; now: number};

/** The charts come after everything else: they are half of the page's script. */
function HourCharts({calls, now}: {calls: Call[]; now: number}) {
  const [Charts, set] = useState<ComponentType<Props> | null>(null);
  const pushes = useLoaded(pushesOf, [now], ["push"], 5000);
  useEffect(() => {
    let wanted = true;
    void import("./charts").then((module) => wanted && set(() => module.default));
    return () => void (wanted = false);
  }, []);
  if (!Charts || !pushes.data) return <div class="charts-place"/>;
  return <Charts wakes={wakesOf(calls, now)} pushes={pushes.data} now={now}/>;
}

interface Picture {
  status: Status;
  calls: List<Call>;
  way: Way | null;
}

async function look(): Promise<Picture> {
  const [status, calls] = await Promise.all([get<Status>("status"), pagesOf<Call>("calls?limit=100", 1)]);
  return {status, calls, way: await wayOf(calls.items)};
}

/** Phones whose token is dead, of the first 5,000. */
const deadPhones = (): Promise<number> =>
  pagesOf<Device>("devices?limit=200", 25).then((devices) => devices.items.filter((device) => device.token_dead).length);

export function NowView() {
  useTitle(text.now.title);
  const loaded = useLoaded(look, [], ["call", "leg", "push", "registration", "health"], 1000);
  const dead = useLoaded(deadPhones, [], ["push", "registration"], 15_000);
  const turn = useNow(10_000);
  const trunks = useLoaded(() => pagesOf<Trunk>("trunks?limit=200", 5), [turn], ["health"], 2000);
  const now = useNow(60_000);
  const known = (dead.data !== null || dead.error) && (trunks.data !== null || trunks.error);
  return (
    <>
      <h1 class="unseen">{text.now.title}</h1>
      <Await what={loaded}>{({status, calls, way}) => {
        const live = calls.items.filter((call) => call.state !== "ended");
        const ended = calls.items.filter((call) => call.state === "ended");
        return (
          <>
            {known ? <Health state={{status, dead: dead.data ?? 0, trunks: trunks.data?.items ?? []}}/> : <div class="health-place"/>}
            {way && <Guide status={status} way={way}/>}
            <section aria-labelledby="live">
              <h2 id="live">{text.now.live}</h2>
              <p class="unseen" role="status">{text.now.liveTold(live.length)}</p>
              {live.length === 0
                ? <Empty title={text.now.idle}><p class="muted">{text.now.idleMore}</p></Empty>
                : <ul class="live-calls">{live.map((call) => <LiveCall key={call.id} call={call}/>)}</ul>}
            </section>
            <Figures status={status}/>
            <HourCharts calls={calls.items} now={now}/>
            <section aria-labelledby="recent">
              <div class="section-head">
                <h2 id="recent">{text.now.recent}</h2>
                {ended.length > 0 && <a href="#/calls">{text.now.all}</a>}
              </div>
              {ended.length === 0 ? <Empty title={live.length === 0 ? text.now.none : text.now.noneEnded}/>
                : <div class="panel flush"><CallRows calls={ended.slice(0, 8)}/></div>}
            </section>
          </>
        );
      }}</Await>
    </>
  );
}
