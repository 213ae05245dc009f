import {get} from "./api";
import {dateOf, duration} from "./format";
import {useLoaded} from "./hooks";
import {Await} from "./parts";
import {OwnPassword} from "./password";
import {Backups} from "./setup_backups";
import {text} from "./text";
import type {Status} from "./types";

export function Server() {
  const loaded = useLoaded(() => get<Status>("status"), []);
  return (
    <>
    <section aria-labelledby="server">
      <h2 id="server">{text.setup.server}</h2>
      <Await what={loaded}>{(status) => (
        <div class="panel">
          <dl class="facts">
            <div><dt>{text.setup.version}</dt><dd>{status.version}</dd></div>
            <div><dt>{text.setup.up}</dt><dd>{duration(status.uptime_s * 1000)}</dd></div>
            <div class="wide"><dt>{text.setup.listens}</dt>
              <dd>{status.listeners.map((one) => <code key={one.transport + one.address}>{one.transport} {one.address}</code>)}</dd></div>
            {status.certificates.length > 0 && (
              <div class="wide"><dt>{text.setup.certificates}</dt>
                <dd>{status.certificates.map((one) => (
                  <span key={one.sha256}>{one.names.join(", ")}, {text.setup.until(dateOf(one.expires_at))}
                    {one.self_signed && ` (${text.setup.selfSigned})`}</span>))}</dd></div>
            )}
            <div class="wide"><dt>{text.setup.push}</dt>
              <dd>{status.push.map((one) => (
                <span key={one.provider}>{one.provider}: {one.configured ? text.setup.pushOn : text.setup.pushOff}</span>))}</dd></div>
          </dl>
          <p class="hint">{text.setup.config}<code>{text.setup.configCommand}</code>{text.setup.configEnd}</p>
        </div>
      )}</Await>
    </section>
    <Backups/>
    <OwnPassword/>
    </>
  );
}
