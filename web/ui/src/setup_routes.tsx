import {useState} from "preact/hooks";

import {get, pagesOf, patch, post, remove, wordsOf} from "./api";
import {useLoaded} from "./hooks";
import {Await, Badge, Empty, Field, Sure} from "./parts";
import {Trunks} from "./setup_trunks";
import {text} from "./text";
import type {Route, RouteTest, Trunk} from "./types";

/** Where calls of this route go: "trunk:NAME", "user" or "reject". */
function AddRoute({trunks, added}: {trunks: Trunk[]; added: () => void}) {
  const [name, setName] = useState("");
  const [callee, setCallee] = useState("");
  const [end, setEnd] = useState("");
  const [other, setOther] = useState("");
  const [error, setError] = useState("");
  const chosen = end || (trunks[0] ? `trunk:${trunks[0].name}` : "user");
  const submit = (event: Event): void => {
    event.preventDefault();
    const goes = chosen.startsWith("trunk:") ? {trunk: chosen.slice(6)}
      : chosen === "user" ? {user: other.trim()} : {reject: Number(other) || 403};
    post("routes", {name: name.trim(), callee: callee.trim(), ...goes}).then(() => {
      setName("");
      setCallee("");
      setOther("");
      setError("");
      added();
    }, (problem: unknown) => setError(wordsOf(problem)));
  };
  return (
    <form class="panel add-user" onSubmit={submit} aria-label={text.routes.add}>
      <Field label={text.routes.name}>
        <input required maxLength={64} autocomplete="off" placeholder={text.routes.nameHint} value={name} onInput={(event) => setName(event.currentTarget.value)}/>
      </Field>
      <Field label={text.routes.callee}>
        <input maxLength={128} autocapitalize="none" autocomplete="off" spellcheck={false} placeholder={text.routes.calleeHint} value={callee}
               onInput={(event) => setCallee(event.currentTarget.value)}/>
      </Field>
      <Field label={text.routes.goes}>
        <select value={chosen} onInput={(event) => setEnd(event.currentTarget.value)}>
          {trunks.map((trunk) => <option key={trunk.id} value={`trunk:${trunk.name}`}>{text.routes.byTrunk(trunk.name)}</option>)}
          <option value="user">{text.routes.toUser}</option>
          <option value="reject">{text.routes.refused}</option>
        </select>
      </Field>
      <button type="submit" class="primary">{text.setup.save}</button>
      {!chosen.startsWith("trunk:") && (
        <Field label={chosen === "user" ? text.routes.user : text.routes.status}>
          <input required={chosen === "user"} autocapitalize="none" autocomplete="off" spellcheck={false}
                 placeholder={chosen === "user" ? text.setup.aorHint : "403"} value={other} onInput={(event) => setOther(event.currentTarget.value)}/>
        </Field>
      )}
      {error && <p class="notice bad" role="alert">{error}</p>}
    </form>
  );
}

function endOf(route: Route): string {
  if (route.trunk !== null) return text.routes.byTrunk(route.trunk);
  return route.user !== null ? text.routes.to(route.user) : text.routes.refusedWith(route.reject ?? 0);
}

/** What else the route asks of a call or does to it, in a few words. */
function restOf(route: Route): string {
  const words = [route.from === "users" ? "" : text.routes.from(route.from), route.caller && text.routes.caller(route.caller),
                 route.strip > 0 && text.routes.strip(route.strip), route.prepend && text.routes.prepend(route.prepend),
                 route.set_caller && text.routes.shown(route.set_caller), route.emergency && text.routes.emergency];
  return words.filter(Boolean).join(", ");
}

function Row({route, turn, ask}: {route: Route; turn: () => void; ask: () => void}) {
  const rest = restOf(route);
  return (
    <tr class={route.enabled ? "" : "off"}>
      <th scope="row">{route.name} {!route.enabled && <Badge kind="plain">{text.setup.disabled}</Badge>}</th>
      <td data-label={text.routes.position} class="num">{route.position}</td>
      <td data-label={text.routes.callee}>{route.callee ? <code>{route.callee}</code> : <span class="muted">{text.routes.any}</span>}</td>
      <td data-label={text.routes.goes}>{endOf(route)}{rest && <span class="line muted">{rest}</span>}</td>
      <td class="actions">
        <button type="button" onClick={turn} aria-label={`${route.enabled ? text.setup.disable : text.setup.enable}: ${route.name}`}>
          {route.enabled ? text.setup.disable : text.setup.enable}
        </button>
        <button type="button" class="danger-text" onClick={ask} aria-label={`${text.setup.remove}: ${route.name}`}>{text.setup.remove}</button>
      </td>
    </tr>
  );
}

/** Where a call would go now, and why. */
function Try() {
  const [number, setNumber] = useState("");
  const [told, tell] = useState<RouteTest | null>(null);
  const [error, setError] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    get<RouteTest>(`route-test?number=${encodeURIComponent(number.trim())}`).then((test) => {
      tell(test);
      setError("");
    }, (problem: unknown) => {
      tell(null);
      setError(wordsOf(problem));
    });
  };
  return (
    <form class="panel try" onSubmit={submit} aria-label={text.routes.test}>
      <div class="with-button">
        <input required maxLength={255} aria-label={text.routes.number} placeholder={text.routes.number} autocapitalize="none" autocomplete="off" value={number}
               onInput={(event) => setNumber(event.currentTarget.value)}/>
        <button type="submit">{text.routes.tryIt}</button>
      </div>
      {error && <p class="notice bad" role="alert">{error}</p>}
      {told && (
        <ol class="checks" aria-live="polite">
          {told.steps.map((step, index) => (
            <li key={index} class={step.matches ? "good" : ""}>
              <span class="mark-of" aria-hidden="true">{step.matches ? "✓" : "–"}</span><span>{step.name}<span class="line muted">{step.why}</span></span>
            </li>
          ))}
          {told.ends.map((end, index) => (
            <li key={`end ${index}`} class={end.kind === "reject" ? "bad" : "good"}>
              <span class="mark-of" aria-hidden="true">{end.kind === "reject" ? "✗" : "→"}</span>
              <span>{text.routes.ends[end.kind] ?? end.kind} {end.to ?? end.status ?? ""}{end.number && <span class="line muted">{text.routes.as(end.number)}</span>}</span></li>
          ))}
        </ol>
      )}
    </form>
  );
}

export function Routes() {
  const [asked, ask] = useState<Route | null>(null);
  const [error, setError] = useState("");
  const loaded = useLoaded(() => pagesOf<Route>("routes?limit=200", 5), []);
  const trunks = useLoaded(() => pagesOf<Trunk>("trunks?limit=200", 5), []);
  const reload = (): void => {
    setError("");
    loaded.reload();
  };
  const turn = (route: Route): void =>
    void patch(`routes/${route.id}`, {enabled: !route.enabled}).then(reload, (problem: unknown) => setError(wordsOf(problem)));
  return (
    <>
      <Trunks changed={trunks.reload}/>
      <section aria-labelledby="routes">
        <h2 id="routes">{text.routes.title}</h2>
        <AddRoute trunks={trunks.data?.items ?? []} added={reload}/>
        {error && <p class="notice bad" role="alert">{error}</p>}
        <Await what={loaded}>{({items}) => items.length === 0 ? <Empty title={text.routes.empty}><p class="muted">{text.routes.emptyMore}</p></Empty> : (
          <div class="panel flush table-scroll">
            <table class="stacking">
              <thead>
                <tr>
                  <th scope="col">{text.routes.name}</th>
                  <th scope="col">{text.routes.position}</th>
                  <th scope="col">{text.routes.callee}</th>
                  <th scope="col">{text.routes.goes}</th>
                  <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
                </tr>
              </thead>
              <tbody>
                {[...items].sort((a, b) => a.position - b.position || a.id - b.id)
                  .map((route) => <Row key={route.id} route={route} turn={() => turn(route)} ask={() => ask(route)}/>)}
              </tbody>
            </table>
          </div>
        )}</Await>
        {asked && <Sure title={text.setup.removeTitle(asked.name)} words={text.routes.removeText} yes={text.setup.remove}
                        act={() => remove(`routes/${asked.id}`)} close={() => ask(null)} done={() => { ask(null); reload(); }}/>}
      </section>
      <section aria-labelledby="try">
        <h2 id="try">{text.routes.test}</h2>
        <Try/>
      </section>
    </>
  );
}
