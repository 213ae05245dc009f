import {useState} from "preact/hooks";

import {get, post, remove, wordsOf} from "./api";
import {bytes} from "./format";
import {useLoaded} from "./hooks";
import {Ago, Await, Empty, Sure} from "./parts";
import {text} from "./text";
import type {Backup, List} from "./types";

const pathOf = (backup: Backup): string => `backup/${encodeURIComponent(backup.name)}`;

function Row({backup, ask}: {backup: Backup; ask: () => void}) {
  return (
    <tr>
      <th scope="row"><code>{backup.name}</code></th>
      <td data-label={text.backups.made}><Ago at={backup.created_at}/></td>
      <td data-label={text.backups.size} class="num">{bytes(backup.bytes)}</td>
      <td class="actions">
        <a class="button" href={`/api/v1/${pathOf(backup)}`} download={backup.name}
           aria-label={`${text.backups.download}: ${backup.name}`}>{text.backups.download}</a>
        <button type="button" class="danger-text" onClick={ask} aria-label={`${text.setup.remove}: ${backup.name}`}>{text.setup.remove}</button>
      </td>
    </tr>
  );
}

function Table({items, ask}: {items: Backup[]; ask: (backup: Backup) => void}) {
  return (
    <div class="panel flush table-scroll">
      <table class="stacking">
        <thead>
          <tr>
            <th scope="col">{text.backups.file}</th>
            <th scope="col">{text.backups.made}</th>
            <th scope="col">{text.backups.size}</th>
            <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
          </tr>
        </thead>
        <tbody>{items.map((backup) => <Row key={backup.name} backup={backup} ask={() => ask(backup)}/>)}</tbody>
      </table>
    </div>
  );
}

/** Copies of the database, made, fetched and deleted. */
export function Backups() {
  const [asked, ask] = useState<Backup | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, say] = useState("");
  const [error, setError] = useState("");
  const loaded = useLoaded(() => get<List<Backup>>("backup"), []);
  const told = (words: string): void => {
    ask(null);
    setError("");
    say(words);
    loaded.reload();
  };
  const make = (): void => {
    setBusy(true);
    post("backup").then(() => told(text.backups.done), (problem: unknown) => {
      say("");
      setError(wordsOf(problem));
    }).finally(() => setBusy(false));
  };
  return (
    <section aria-labelledby="backups">
      <div class="section-head">
        <h2 id="backups">{text.backups.title}</h2>
        <button type="button" aria-disabled={busy} onClick={() => busy || make()}>{busy ? text.backups.busy : text.backups.make}</button>
      </div>
      <p class="said" role="status">{said}</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <Await what={loaded}>{({items}) => items.length === 0 ? <Empty title={text.backups.none}><p class="muted">{text.backups.noneMore}</p></Empty>
        : <Table items={items} ask={ask}/>}</Await>
      <p class="hint">{text.backups.restore}</p>
      {asked && <Sure title={text.setup.removeTitle(asked.name)} words={text.backups.removeText} yes={text.setup.remove}
                      act={() => remove(pathOf(asked))} close={() => ask(null)} done={() => told(text.backups.removed(asked.name))}/>}
    </section>
  );
}
