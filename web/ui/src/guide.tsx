import type {ComponentChildren} from "preact";

import {pagesOf} from "./api";
import {isPlayer, isReal} from "./demo";
import {useLoaded} from "./hooks";
import {text} from "./text";
import type {Call, Change, Device, Status, User} from "./types";

interface Stage {
  done: boolean;
  name: string;
  how: ComponentChildren;
}

/** Where a phone finds this server: the host of this page with the ports of the listeners. */
function doors(status: Status): string[] {
  return status.listeners.map(({transport, address}) => {
    const port = address.slice(address.lastIndexOf(":") + 1);
    return `${location.hostname}:${port} (${transport.toUpperCase()})`;
  });
}

interface Own {
  users: number;
  phones: number;
}

/** Users and phones that are not of the demo, of the first hundreds. */
async function ownOf(): Promise<Own> {
  const [users, phones] = await Promise.all([pagesOf<User>("users?limit=200", 1), pagesOf<Device>("devices?limit=200", 1)]);
  const own = (all: {aor: string}[]): number => all.filter(({aor}) => !isPlayer(aor)).length;
  return {users: own(users.items), phones: own(phones.items)};
}

/** The way from an empty server to the first call; nothing once it is walked. */
export function Guide({status, calls}: {status: Status; calls: Call[]}) {
  return calls.some(isReal) ? null : <Stages status={status}/>;
}

function Stages({status}: {status: Status}) {
  const audit = useLoaded(() => pagesOf<Change>("audit?limit=200", 1), []);
  const own = useLoaded(ownOf, [status.counts.users, status.counts.devices], ["registration"], 2000);
  if (!own.data || (!audit.data && !audit.error)) return null;
  return <Steps status={status} changes={audit.data?.items ?? []} own={own.data}/>;
}

function Steps({status, changes, own}: {status: Status; changes: Change[]; own: Own}) {
  const changed = changes.some((change) => change.what === "administrator.password" && change.who !== "start");
  const stages: Stage[] = [
    {done: changed, name: text.guide.password,
     how: <>{text.guide.passwordHow} <a href="#/setup/server">{text.guide.passwordLink}</a></>},
    {done: own.users >= 2, name: text.guide.users, how: <>{text.guide.usersHow} <a href="#/setup/users">{text.guide.usersLink}</a></>},
    {done: own.phones >= 1, name: text.guide.phone,
     how: <><a href="#/setup/users">{text.guide.phoneScan}</a> {text.guide.phoneHow} {doors(status).map((door) => <code key={door}>{door}</code>)}</>},
    {done: status.push.some((one) => one.configured), name: text.guide.push,
     how: <>{text.guide.pushHow} <a href="#/setup/push">{text.guide.pushLink}</a></>},
    {done: false, name: text.guide.call, how: text.guide.callHow},
  ];
  const next = stages.findIndex((stage) => !stage.done);
  return (
    <section aria-labelledby="guide">
      <h2 id="guide">{text.guide.title}</h2>
      <ol class="panel guide">
        {stages.map((stage, index) => (
          <li key={stage.name} class={stage.done ? "done" : index === next ? "next" : ""}>
            <span class="stage" aria-hidden="true">{stage.done ? "✓" : index + 1}</span>
            <div>
              <strong>{stage.name}</strong>{stage.done && <span class="unseen"> {text.guide.done}</span>}
              {!stage.done && <p class="muted">{stage.how}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
