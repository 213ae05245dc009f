import {useState} from "preact/hooks";

import {patch, remove, wordsOf} from "./api";
import type {Loaded} from "./hooks";
import {Await, Badge, Empty, Marked, Sure} from "./parts";
import {RowForm} from "./row_form";
import {text} from "./text";
import {trunkSheet} from "./trunk_sheet";
import {signsOf} from "./trunk_state";
import type {List, Trunk} from "./types";

function State({trunk}: {trunk: Trunk}) {
  if (!trunk.enabled || !trunk.state) return <span class="muted">–</span>;
  const signs = signsOf(trunk);
  return (
    <>
      {signs.length === 0 && <span class="muted">{text.trunks.noState}</span>}
      {signs.map((sign) => <Marked key={sign.words} kind={sign.kind}>{sign.words}</Marked>)}
      <span class="line muted">{text.trunks.calls(trunk.state.calls, trunk.channels)}</span>
    </>
  );
}

function Row({trunk, stated, turn, ask, edit}:
    {trunk: Trunk; stated: boolean; turn: () => void; ask: () => void; edit: () => void}) {
  return (
    <tr class={trunk.enabled ? "" : "off"}>
      <th scope="row">{trunk.name} {!trunk.enabled && <Badge kind="plain">{text.setup.disabled}</Badge>}</th>
      {stated && <td data-label={text.trunks.state} class="whole"><State trunk={trunk}/></td>}
      <td data-label={text.trunks.targets} class="whole">{trunk.targets.map((target) => <code key={target} class="line">{target}</code>)}</td>
      <td data-label={text.trunks.account}>
        {trunk.username || <span class="muted">{text.trunks.none}</span>}
        {trunk.register && <span class="line muted">{text.trunks.registers}</span>}
      </td>
      <td data-label={text.trunks.channels}>{trunk.channels === 0 ? <span class="muted">{text.trunks.any}</span> : trunk.channels}</td>
      <td class="actions">
        <button type="button" onClick={edit} aria-label={`${text.form.edit}: ${trunk.name}`}>{text.form.edit}</button>
        <button type="button" onClick={turn} aria-label={`${trunk.enabled ? text.setup.disable : text.setup.enable}: ${trunk.name}`}>
          {trunk.enabled ? text.setup.disable : text.setup.enable}
        </button>
        <button type="button" class="danger-text" onClick={ask} aria-label={`${text.setup.remove}: ${trunk.name}`}>{text.setup.remove}</button>
      </td>
    </tr>
  );
}

type Rows = {items: Trunk[]; turn: (trunk: Trunk) => void; ask: (trunk: Trunk) => void; edit: (trunk: Trunk) => void};

function Table({items, turn, ask, edit}: Rows) {
  const stated = items.some((trunk) => trunk.state);
  return (
    <div class="panel flush table-scroll">
      <table class="stacking">
        <thead>
          <tr>
            <th scope="col">{text.trunks.name}</th>
            {stated && <th scope="col">{text.trunks.state}</th>}
            <th scope="col">{text.trunks.targets}</th>
            <th scope="col">{text.trunks.account}</th>
            <th scope="col">{text.trunks.channels}</th>
            <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
          </tr>
        </thead>
        <tbody>
          {items.map((trunk) => (
            <Row key={trunk.id} trunk={trunk} stated={stated} turn={() => turn(trunk)} ask={() => ask(trunk)} edit={() => edit(trunk)}/>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The ways out of here: providers and PBXs. */
export function Trunks({loaded}: {loaded: Loaded<List<Trunk>>}) {
  const [asked, ask] = useState<Trunk | null>(null);
  const [edited, edit] = useState<Trunk | "new" | null>(null);
  const [said, say] = useState("");
  const [error, setError] = useState("");
  const told = (words: string): void => {
    ask(null);
    edit(null);
    setError("");
    say(words);
    loaded.reload();
  };
  const turn = (trunk: Trunk): void =>
    void patch(`trunks/${trunk.id}`, {enabled: !trunk.enabled}).then(() => told(""), (problem: unknown) => setError(wordsOf(problem)));
  return (
    <section aria-labelledby="trunks">
      <div class="section-head">
        <h2 id="trunks">{text.trunks.title}</h2>
        <button type="button" onClick={() => edit("new")}>{text.trunks.add}</button>
      </div>
      <p class="said" role="status">{said}</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <Await what={loaded}>{({items}) => items.length === 0 ? <Empty title={text.trunks.empty}><p class="muted">{text.trunks.emptyMore}</p></Empty>
        : <Table items={items} turn={turn} ask={ask} edit={edit}/>}</Await>
      {asked && <Sure title={text.setup.removeTitle(asked.name)} words={text.trunks.removeText} yes={text.setup.remove}
                      act={() => remove(`trunks/${asked.id}`)} close={() => ask(null)} done={() => told(text.trunks.removed(asked.name))}/>}
      {edited && <RowForm title={edited === "new" ? text.trunks.add : text.trunks.edit(edited.name)} path="trunks" sheet={trunkSheet}
                          id={edited === "new" ? null : edited.id} close={() => edit(null)} done={(name) => told(text.trunks.changed(name))}/>}
    </section>
  );
}
