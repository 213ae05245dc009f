import type {ComponentChildren} from "preact";

import {pagesOf} from "./api";
import {useLoaded} from "./hooks";
import {text} from "./text";
import type {Change, Status} from "./types";

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

/** The way from an empty server to the first call; nothing once it is walked. */
export function Guide({status, called}: {status: Status; called: boolean}) {
  const {counts} = status;
  const audit = useLoaded(() => pagesOf<Change>("audit?limit=200", 1), [called]);
  const changed = audit.data?.items.some((change) => change.what === "administrator.password" && change.who !== "start") ?? false;
  const stages: Stage[] = [
    {done: changed, name: text.guide.password,
     how: <>{text.guide.passwordHow} <a href="#/setup/server">{text.guide.passwordLink}</a></>},
    {done: counts.users >= 2, name: text.guide.users, how: <>{text.guide.usersHow} <a href="#/setup/users">{text.guide.usersLink}</a></>},
    {done: counts.devices >= 1, name: text.guide.phone,
     how: <><a href="#/setup/users">{text.guide.phoneScan}</a> {text.guide.phoneHow} {doors(status).map((door) => <code key={door}>{door}</code>)}</>},
    {done: status.push.some((one) => one.configured), name: text.guide.push,
     how: <>{text.guide.pushHow} <a href="#/setup/push">{text.guide.pushLink}</a></>},
    {done: called, name: text.guide.call, how: text.guide.callHow},
  ];
  if (called || (!audit.data && !audit.error) || stages.every((stage) => stage.done)) return null;
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
