import {get} from "./api";
import {brief, fullTime} from "./format";
import {useLoaded} from "./hooks";
import {Ago, Await, Badge, Empty} from "./parts";
import {text} from "./text";
import type {List, Provider} from "./types";

const kinds: Record<Provider["state"], string> = {
  ready: "good", unknown: "plain", degraded: "held", "credentials refused": "missed", unreachable: "missed",
};

function Row({provider}: {provider: Provider}) {
  const {state} = provider;
  const troubled = state !== "ready" && state !== "unknown";
  return (
    <tr>
      <th scope="row">
        <span class="phone-kind">{text.push.services[provider.provider]}</span>
        <span class="muted">{provider.name}</span>
      </th>
      <td data-label={text.push.state}>
        <Badge kind={kinds[state] ?? "plain"}>{text.push.states[state] ?? state}</Badge>
        {troubled && <p class="hint">{text.push.advice[state]}</p>}
      </td>
      <td data-label={text.push.pushes}>
        <span class="num">{provider.accepted}</span> <span class="muted">{text.now.accepted}</span>
        {provider.refused + provider.dead + provider.failed > 0 && (
          <span class="line"><span class="num">{provider.refused + provider.dead + provider.failed}</span>{" "}
            <span class="muted">{text.now.notAccepted}</span></span>
        )}
      </td>
      <td data-label={text.push.takes}>
        {provider.p50_ms === null ? <span class="muted">{text.push.noTime}</span> : (
          <>
            <span class="num">{brief(provider.p50_ms)}</span>{" "}
            {provider.p99_ms !== null && <span class="muted">{text.push.slowest(brief(provider.p99_ms))}</span>}
          </>
        )}
      </td>
      <td data-label={text.push.lastError}>
        {provider.last_error === null ? <span class="muted">{text.push.noError}</span> : (
          <>
            {provider.last_error}
            {provider.last_error_at && <span class="line muted" title={fullTime(provider.last_error_at)}><Ago at={provider.last_error_at}/></span>}
          </>
        )}
      </td>
    </tr>
  );
}

export function Providers() {
  const loaded = useLoaded(() => get<List<Provider>>("push/providers"), [], ["push", "health"], 2000);
  return (
    <section aria-labelledby="push">
      <h2 id="push">{text.push.title}</h2>
      <Await what={loaded}>{({items}) => items.length === 0
        ? <Empty title={text.push.none}><p class="muted">{text.push.noneMore}</p></Empty>
        : (
          <div class="panel flush table-scroll">
            <table class="stacking">
              <thead>
                <tr>
                  <th scope="col">{text.push.service}</th>
                  <th scope="col">{text.push.state}</th>
                  <th scope="col">{text.push.pushes}</th>
                  <th scope="col">{text.push.takes}</th>
                  <th scope="col">{text.push.lastError}</th>
                </tr>
              </thead>
              <tbody>{items.map((one) => <Row key={one.provider + one.name} provider={one}/>)}</tbody>
            </table>
          </div>
        )}</Await>
      <p class="hint">{text.push.doctor}<code>{text.push.doctorCommand}</code>{text.push.doctorEnd}</p>
    </section>
  );
}
