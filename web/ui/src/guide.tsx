import type {ComponentChildren} from "preact";

import {text} from "./text";
import type {Status} from "./types";

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
  const stages: Stage[] = [
    {done: counts.users >= 2, name: text.guide.users, how: <>{text.guide.usersHow} <a href="#/setup/users">{text.guide.usersLink}</a></>},
    {done: counts.devices >= 1, name: text.guide.phone,
     how: <>{text.guide.phoneHow} {doors(status).map((door) => <code key={door}>{door}</code>)}</>},
    {done: status.push.some((one) => one.configured), name: text.guide.push,
     how: <>{text.guide.pushHow} <a href="#/setup/push">{text.guide.pushLink}</a></>},
    {done: called, name: text.guide.call, how: text.guide.callHow},
  ];
  if (called || stages.every((stage) => stage.done)) return null;
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
