import {useState} from "preact/hooks";

import {pagesOf, patch, post, remove, wordsOf} from "./api";
import {useLoaded} from "./hooks";
import {Await, Badge, Empty, Field, Sure} from "./parts";
import {text} from "./text";
import type {Trunk} from "./types";

/** "a, b" as a list. */
const listOf = (words: string): string[] => words.split(/[\s,]+/).filter(Boolean);

function AddTrunk({added}: {added: () => void}) {
  const [name, setName] = useState("");
  const [targets, setTargets] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [registers, setRegisters] = useState(false);
  const [error, setError] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    const account = username ? {username, password, register: registers} : {};
    post("trunks", {name: name.trim(), targets: listOf(targets), ...account}).then(() => {
      setName("");
      setTargets("");
      setUsername("");
      setPassword("");
      setRegisters(false);
      setError("");
      added();
    }, (problem: unknown) => setError(wordsOf(problem)));
  };
  return (
    <form class="panel add-user" onSubmit={submit} aria-label={text.trunks.add}>
      <Field label={text.trunks.name}>
        <input required maxLength={64} autocapitalize="none" autocomplete="off" spellcheck={false} placeholder={text.trunks.nameHint} value={name}
               onInput={(event) => setName(event.currentTarget.value)}/>
      </Field>
      <Field label={text.trunks.targets}>
        <input required autocapitalize="none" autocomplete="off" spellcheck={false} placeholder={text.trunks.targetsHint} value={targets}
               onInput={(event) => setTargets(event.currentTarget.value)}/>
      </Field>
      <Field label={text.trunks.username}>
        <input maxLength={255} autocapitalize="none" autocomplete="off" spellcheck={false} placeholder={text.trunks.optional} value={username}
               onInput={(event) => setUsername(event.currentTarget.value)}/>
      </Field>
      <button type="submit" class="primary">{text.setup.save}</button>
      {username && (
        <>
          <Field label={text.trunks.password}>
            <input type="password" maxLength={255} autocomplete="new-password" value={password} onInput={(event) => setPassword(event.currentTarget.value)}/>
          </Field>
          <label class="tick"><input type="checkbox" checked={registers} onChange={(event) => setRegisters(event.currentTarget.checked)}/> {text.trunks.registers}</label>
        </>
      )}
      {error && <p class="notice bad" role="alert">{error}</p>}
    </form>
  );
}

function Row({trunk, turn, ask}: {trunk: Trunk; turn: () => void; ask: () => void}) {
  return (
    <tr class={trunk.enabled ? "" : "off"}>
      <th scope="row">{trunk.name} {!trunk.enabled && <Badge kind="plain">{text.setup.disabled}</Badge>}</th>
      <td data-label={text.trunks.targets}>{trunk.targets.map((target) => <code key={target} class="line">{target}</code>)}</td>
      <td data-label={text.trunks.account}>
        {trunk.username || <span class="muted">{text.trunks.none}</span>}
        {trunk.register && <span class="line muted">{text.trunks.registers}</span>}
      </td>
      <td data-label={text.trunks.channels}>{trunk.channels === 0 ? <span class="muted">{text.trunks.any}</span> : trunk.channels}</td>
      <td class="actions">
        <button type="button" onClick={turn} aria-label={`${trunk.enabled ? text.setup.disable : text.setup.enable}: ${trunk.name}`}>
          {trunk.enabled ? text.setup.disable : text.setup.enable}
        </button>
        <button type="button" class="danger-text" onClick={ask} aria-label={`${text.setup.remove}: ${trunk.name}`}>{text.setup.remove}</button>
      </td>
    </tr>
  );
}

/** The ways out of here: providers and PBXs. */
export function Trunks({changed}: {changed: () => void}) {
  const [asked, ask] = useState<Trunk | null>(null);
  const [error, setError] = useState("");
  const loaded = useLoaded(() => pagesOf<Trunk>("trunks?limit=200", 5), []);
  const reload = (): void => {
    setError("");
    loaded.reload();
    changed();
  };
  const turn = (trunk: Trunk): void =>
    void patch(`trunks/${trunk.id}`, {enabled: !trunk.enabled}).then(reload, (problem: unknown) => setError(wordsOf(problem)));
  return (
    <section aria-labelledby="trunks">
      <h2 id="trunks">{text.trunks.title}</h2>
      <AddTrunk added={reload}/>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <Await what={loaded}>{({items}) => items.length === 0 ? <Empty title={text.trunks.empty}><p class="muted">{text.trunks.emptyMore}</p></Empty> : (
        <div class="panel flush table-scroll">
          <table class="stacking">
            <thead>
              <tr>
                <th scope="col">{text.trunks.name}</th>
                <th scope="col">{text.trunks.targets}</th>
                <th scope="col">{text.trunks.account}</th>
                <th scope="col">{text.trunks.channels}</th>
                <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
              </tr>
            </thead>
            <tbody>{items.map((trunk) => <Row key={trunk.id} trunk={trunk} turn={() => turn(trunk)} ask={() => ask(trunk)}/>)}</tbody>
          </table>
        </div>
      )}</Await>
      {asked && <Sure title={text.setup.removeTitle(asked.name)} words={text.trunks.removeText} yes={text.setup.remove}
                      act={() => remove(`trunks/${asked.id}`)} close={() => ask(null)} done={() => { ask(null); reload(); }}/>}
    </section>
  );
}
