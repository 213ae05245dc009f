import {useEffect, useRef, useState} from "preact/hooks";

import {pagesOf, patch, remove, wordsOf} from "./api";
import {useLoaded, useNow} from "./hooks";
import {inOrder, movesOf} from "./order";
import {Await, Badge, Empty, Sure} from "./parts";
import {routeSheet} from "./route_sheet";
import {RouteTestForm} from "./route_test";
import {RowForm} from "./row_form";
import {Trunks} from "./setup_trunks";
import {text} from "./text";
import type {Route, Trunk} from "./types";

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

type Act = "up" | "down" | "turn" | "edit" | "remove";

interface RowProps {
  route: Route;
  first: boolean;
  last: boolean;
  act: (what: Act) => void;
}

function Row({route, first, last, act}: RowProps) {
  const rest = restOf(route);
  const turn = route.enabled ? text.setup.disable : text.setup.enable;
  return (
    <tr class={route.enabled ? "" : "off"}>
      <th scope="row">{route.name} {!route.enabled && <Badge kind="plain">{text.setup.disabled}</Badge>}</th>
      <td data-label={text.routes.position} class="order">
        <button type="button" id={`up-${route.id}`} disabled={first} onClick={() => act("up")} aria-label={text.routes.up(route.name)}>↑</button>
        <button type="button" id={`down-${route.id}`} disabled={last} onClick={() => act("down")} aria-label={text.routes.down(route.name)}>↓</button>
        <span class="num muted">{route.position}</span>
      </td>
      <td data-label={text.routes.callee}>{route.callee ? <code>{route.callee}</code> : <span class="muted">{text.routes.any}</span>}</td>
      <td data-label={text.routes.goes} class="whole">{endOf(route)}{rest && <span class="line muted">{rest}</span>}</td>
      <td class="actions">
        <button type="button" onClick={() => act("edit")} aria-label={`${text.form.edit}: ${route.name}`}>{text.form.edit}</button>
        <button type="button" onClick={() => act("turn")} aria-label={`${turn}: ${route.name}`}>{turn}</button>
        <button type="button" class="danger-text" onClick={() => act("remove")} aria-label={`${text.setup.remove}: ${route.name}`}>{text.setup.remove}</button>
      </td>
    </tr>
  );
}

function Table({routes, act}: {routes: Route[]; act: (route: Route, what: Act) => void}) {
  return (
    <div id="routes-list" class="panel flush table-scroll">
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
          {routes.map((route, index) => (
            <Row key={route.id} route={route} first={index === 0} last={index === routes.length - 1} act={(what) => act(route, what)}/>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Moves routes, and leaves the focus on the button that moved one, or on its fellow at an end. */
function useMoves(routes: Route[], reload: () => void, fail: (problem: unknown) => void) {
  const [moved, setMoved] = useState({words: ""});
  const pressed = useRef<{way: "up" | "down"; route: Route; at: number} | null>(null);
  useEffect(() => {
    const last = pressed.current;
    if (!last || routes[last.at]?.id !== last.route.id) return;
    pressed.current = null;
    const other = last.way === "up" ? "down" : "up";
    const button = [last.way, other].map((way) => document.querySelector<HTMLButtonElement>(`#${way}-${last.route.id}`));
    button.find((one) => one && !one.disabled)?.focus();
    setMoved({words: text.routes.moved(last.route.name, last.at + 1, routes.length)});
  }, [routes]);
  const busy = useRef(false);
  const move = async (route: Route, way: "up" | "down"): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    const from = routes.indexOf(route);
    const at = way === "up" ? from - 1 : from + 1;
    try {
      for (const step of movesOf(routes, from, at)) await patch(`routes/${step.id}`, {position: step.position});
      pressed.current = {way, route, at};
    } catch (problem) {
      fail(problem);
    }
    busy.current = false;
    reload();
  };
  return {words: moved.words, move};
}

function RouteList({trunks}: {trunks: Trunk[]}) {
  const [asked, ask] = useState<Route | null>(null);
  const [edited, edit] = useState<Route | "new" | null>(null);
  const [said, say] = useState("");
  const [error, setError] = useState("");
  const loaded = useLoaded(() => pagesOf<Route>("routes?limit=200", 5).then((all) => inOrder(all.items)), []);
  const fail = (problem: unknown): void => setError(wordsOf(problem));
  const moves = useMoves(loaded.data ?? [], loaded.reload, fail);
  const told = (words: string): void => {
    ask(null);
    edit(null);
    setError("");
    say(words);
    loaded.reload();
  };
  const act = (route: Route, what: Act): void => {
    if (what === "edit") edit(route);
    else if (what === "remove") ask(route);
    else if (what === "turn") void patch(`routes/${route.id}`, {enabled: !route.enabled}).then(() => told(""), fail);
    else void moves.move(route, what);
  };
  return (
    <section aria-labelledby="routes">
      <div class="section-head">
        <h2 id="routes">{text.routes.title}</h2>
        <button type="button" onClick={() => edit("new")}>{text.routes.add}</button>
      </div>
      <p class="said" role="status">{said}</p>
      <p class="unseen" role="status">{moves.words}</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <Await what={loaded}>{(routes) => routes.length === 0 ? <Empty title={text.routes.empty}><p class="muted">{text.routes.emptyMore}</p></Empty>
        : <Table routes={routes} act={act}/>}</Await>
      {asked && <Sure title={text.setup.removeTitle(asked.name)} words={text.routes.removeText} yes={text.setup.remove}
                      act={() => remove(`routes/${asked.id}`)} close={() => ask(null)} done={() => told(text.routes.removed(asked.name))}/>}
      {edited && <RowForm title={edited === "new" ? text.routes.add : text.routes.edit(edited.name)} path="routes" sheet={routeSheet(trunks)}
                          id={edited === "new" ? null : edited.id} close={() => edit(null)} done={(name) => told(text.routes.changed(name))}/>}
    </section>
  );
}

const often = 10_000;

export function Routes() {
  const turn = useNow(often);
  const trunks = useLoaded(() => pagesOf<Trunk>("trunks?limit=200", 5), [turn], ["call", "health"], 2000);
  return (
    <>
      <Trunks loaded={trunks}/>
      <RouteList trunks={trunks.data?.items ?? []}/>
      <section aria-labelledby="try">
        <h2 id="try">{text.routes.test}</h2>
        <RouteTestForm/>
      </section>
    </>
  );
}
