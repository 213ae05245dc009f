import {useState} from "preact/hooks";

import {pagesOf, remove} from "./api";
import {forgetOwners, kindOf} from "./devices";
import {duration} from "./format";
import {useLoaded, useTitle} from "./hooks";
import {Ago, Await, Choices, Empty, Sure} from "./parts";
import {RingTestDialog} from "./ring_test";
import {text} from "./text";
import type {Device} from "./types";

const pageSize = 100;

type Ask = (device: Device, what: "forget" | "ring") => void;

type Waking = "yes" | "dead" | "desk" | "none";

function wakingOf(device: Device): Waking {
  if (device.token_dead) return "dead";
  if (device.token) return "yes";
  return device.platform ? "none" : "desk";
}

function wakingText(device: Device): string {
  switch (wakingOf(device)) {
    case "dead":
      return text.phones.dead(device.token_dead ?? "");
    case "none":
      return text.phones.noToken;
    case "desk":
      return device.awake ? text.phones.desk : text.phones.noPush;
    default: {
      const service = text.phones.services[device.platform ?? ""];
      return service ? text.phones.okBy(service) : text.phones.ok;
    }
  }
}

function WakeTimes({device}: {device: Device}) {
  if (device.wake_p50_ms === null) return <span class="muted">{text.phones.never}</span>;
  return (
    <>
      <span><span class="muted">{text.phones.half}</span> <span class="num">{duration(device.wake_p50_ms)}</span></span>
      {device.wake_p95_ms !== null && (
        <span><span class="muted">{text.phones.most}</span> <span class="num">{duration(device.wake_p95_ms)}</span></span>
      )}
    </>
  );
}

function Row({device, ask}: {device: Device; ask: Ask}) {
  const waking = wakingOf(device);
  return (
    <tr>
      <th scope="row">
        <span class="phone-kind">{kindOf(device)}</span>
        <span class="owner">{device.aor}</span>
        <span class="agent muted" title={device.user_agent}>{device.user_agent}</span>
      </th>
      <td data-label={text.phones.state}>
        <span class={`state ${device.awake ? "awake" : "asleep"}`}>{device.awake ? text.now.awake : text.now.asleep}</span>
      </td>
      <td data-label={text.phones.seen}><Ago at={device.last_register}/></td>
      <td data-label={text.phones.wake} class="wakes"><WakeTimes device={device}/></td>
      <td data-label={text.phones.token} class={waking === "dead" || waking === "none" ? "warn" : ""}>{wakingText(device)}</td>
      <td class="actions">
        <button type="button" onClick={() => ask(device, "ring")} aria-label={`${text.ring.test}: ${kindOf(device)}, ${device.aor}`}>{text.ring.test}</button>
        <button type="button" class="danger-text" onClick={() => ask(device, "forget")} aria-label={`${text.phones.forget}: ${kindOf(device)}, ${device.aor}`}>{text.phones.forget}</button>
      </td>
    </tr>
  );
}

const kinds: Record<string, (device: Device) => boolean> = {
  all: () => true,
  awake: (device) => device.awake,
  asleep: (device) => !device.awake,
  trouble: (device) => ["dead", "none"].includes(wakingOf(device)),
};

function Table({devices, ask}: {devices: Device[]; ask: Ask}) {
  return (
    <div class="panel flush table-scroll">
      <table class="stacking">
        <thead>
          <tr>
            <th scope="col">{text.phones.phone}</th>
            <th scope="col">{text.phones.state}</th>
            <th scope="col">{text.phones.seen}</th>
            <th scope="col">{text.phones.wake}</th>
            <th scope="col">{text.phones.token}</th>
            <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
          </tr>
        </thead>
        <tbody>{devices.map((device) => <Row key={device.id} device={device} ask={ask}/>)}</tbody>
      </table>
    </div>
  );
}

export function PhonesView() {
  useTitle(text.phones.title);
  const [kind, setKind] = useState("all");
  const [pages, setPages] = useState(1);
  const [asked, setAsked] = useState<Device | null>(null);
  const [tested, setTested] = useState<Device | null>(null);
  const ask: Ask = (device, what) => (what === "ring" ? setTested : setAsked)(device);
  const loaded = useLoaded(() => pagesOf<Device>(`devices?limit=${pageSize}`, pages), [pages], ["registration", "push"], 2000);
  return (
    <>
      <h1>{text.phones.title}</h1>
      <div class="tools">
        <Choices label={text.phones.filter} chosen={kind} choose={setKind}
                 choices={[{id: "all", label: text.phones.all}, {id: "awake", label: text.phones.awake},
                           {id: "asleep", label: text.phones.asleep}, {id: "trouble", label: text.phones.trouble}]}/>
      </div>
      <Await what={loaded}>{({items, next}) => {
        const shown = items.filter(kinds[kind] ?? (() => true));
        return (
          <>
            {items.length === 0 ? <Empty title={text.phones.none}><p class="muted">{text.phones.noneMore}</p></Empty>
              : shown.length === 0 ? <Empty title={text.phones.noMatch}/>
              : <Table devices={shown} ask={ask}/>}
            <p class="list-end">
              <span class="muted" role="status">{items.length > 0 && text.phones.shown(shown.length)}</span>
              {next && <button type="button" onClick={() => setPages(pages + 1)}>{text.phones.more}</button>}
            </p>
          </>
        );
      }}</Await>
      {asked && <Sure title={text.phones.forgetTitle(kindOf(asked), asked.aor)} words={text.phones.forgetText} yes={text.phones.forget}
                      act={() => remove(`devices/${asked.id}`)} close={() => setAsked(null)}
                      done={() => { setAsked(null); forgetOwners(); loaded.reload(); }}/>}
      {tested && <RingTestDialog device={tested} close={() => setTested(null)}/>}
    </>
  );
}
