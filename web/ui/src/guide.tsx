import type {ComponentChildren} from "preact";

import {pagesOf} from "./api";
import {isPlayer, isReal} from "./demo";
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

/** How far the owner has come, the demo aside, of the first hundreds of each. */
export interface Way {
  changed: boolean;
  users: number;
  phones: number;
}

/** Nothing once somebody has made a call. */
export async function wayOf(calls: Call[]): Promise<Way | null> {
  if (calls.some(isReal)) return null;
  const [audit, users, phones] = await Promise.all([
    pagesOf<Change>("audit?limit=200", 1), pagesOf<User>("users?limit=200", 1), pagesOf<Device>("devices?limit=200", 1)]);
  const own = (all: {aor: string}[]): number => all.filter(({aor}) => !isPlayer(aor)).length;
  return {
    changed: audit.items.some((change) => change.what === "administrator.password" && change.who !== "start"),
    users: own(users.items),
    phones: own(phones.items),
  };
}

/** The way from an empty server to the first call. */
export function Guide({status, way}: {status: Status; way: Way}) {
  const stages: Stage[] = [
    {done: way.changed, name: text.guide.password,
     how: <>{text.guide.passwordHow} <a href="#/setup/server">{text.guide.passwordLink}</a></>},
    {done: way.users >= 2, name: text.guide.users, how: <>{text.guide.usersHow} <a href="#/setup/users">{text.guide.usersLink}</a></>},
    {done: way.phones >= 1, name: text.guide.phone,
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
