import {useState} from "preact/hooks";

import {pagesOf, post, remove, wordsOf} from "./api";
import {Fault, Field, useRefused} from "./field";
import {fullTime} from "./format";
import {useLoaded} from "./hooks";
import {Ago, Await, Empty} from "./parts";
import {text} from "./text";
import type {Ban} from "./types";

const pageSize = 100;
const day = 86_400;
const lengths = [3600, day, 7 * day, 30 * day];

function AddBan({added}: {added: (address: string) => void}) {
  const [address, setAddress] = useState("");
  const [seconds, setSeconds] = useState(day);
  const refused = useRefused("address", "duration_s");
  const submit = (event: Event): void => {
    event.preventDefault();
    post("bans", {address: address.trim(), reason: text.bans.byHand, duration_s: seconds}).then(() => {
      added(address.trim());
      setAddress("");
      refused.clear();
    }, refused.refuse);
  };
  return (
    <form ref={refused.form} class="panel add-row" onSubmit={submit} aria-label={text.bans.add}>
      <Field label={text.bans.address} error={refused.at("address")}>
        <input required maxLength={64} autocomplete="off" spellcheck={false} placeholder="192.0.2.1" value={address}
               onInput={(event) => setAddress(event.currentTarget.value)}/>
      </Field>
      <Field label={text.bans.length} error={refused.at("duration_s")}>
        <select value={seconds} onInput={(event) => setSeconds(Number(event.currentTarget.value))}>
          {lengths.map((one, index) => <option key={one} value={one}>{text.bans.lengths[index]}</option>)}
        </select>
      </Field>
      <button type="submit" class="primary">{text.bans.add}</button>
      <Fault of={refused}/>
    </form>
  );
}

function Row({ban, lift}: {ban: Ban; lift: () => void}) {
  return (
    <tr>
      <th scope="row"><code>{ban.address}</code></th>
      <td data-label={text.bans.reason}>{ban.reason}</td>
      <td data-label={text.bans.times}><span class="num">{ban.count}</span></td>
      <td data-label={text.bans.since}><Ago at={ban.created_at}/></td>
      <td data-label={text.bans.until}><time dateTime={ban.expires_at}>{fullTime(ban.expires_at)}</time></td>
      <td class="actions"><button type="button" onClick={lift} aria-label={`${text.bans.lift}: ${ban.address}`}>{text.bans.lift}</button></td>
    </tr>
  );
}

/** Lifting is undone by banning anew, and the notice offers that. */
export function Bans() {
  const [pages, setPages] = useState(1);
  const [said, say] = useState("");
  const [lifted, setLifted] = useState<Ban | null>(null);
  const loaded = useLoaded(() => pagesOf<Ban>(`bans?limit=${pageSize}`, pages), [pages], ["ban"], 1000);
  const told = (words: string, undo: Ban | null = null) => (): void => {
    say(words);
    setLifted(undo);
    loaded.reload();
  };
  const refused = (problem: unknown): void => say(wordsOf(problem));
  const lift = (ban: Ban): void => void remove(`bans/${ban.id}`).then(told(text.bans.lifted(ban.address), ban), refused);
  const undo = (ban: Ban): void => {
    const left = Math.max(1, Math.round((Date.parse(ban.expires_at) - Date.now()) / 1000));
    void post("bans", {address: ban.address, reason: ban.reason, duration_s: left}).then(told(text.bans.again(ban.address)), refused);
  };
  return (
    <section aria-labelledby="bans">
      <h2 id="bans">{text.bans.title}</h2>
      <AddBan added={(address) => told(text.bans.added(address))()}/>
      <p class="said" role="status">{said}{" "}
        {lifted && <button type="button" class="link" onClick={() => undo(lifted)}>{text.bans.undo}</button>}</p>
      <Await what={loaded}>{({items, next}) => items.length === 0
        ? <Empty title={text.bans.none}><p class="muted">{text.bans.noneMore}</p></Empty>
        : (
          <>
            <div class="panel flush table-scroll">
              <table class="stacking">
                <thead>
                  <tr>
                    <th scope="col">{text.bans.address}</th>
                    <th scope="col">{text.bans.reason}</th>
                    <th scope="col">{text.bans.times}</th>
                    <th scope="col">{text.bans.since}</th>
                    <th scope="col">{text.bans.until}</th>
                    <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
                  </tr>
                </thead>
                <tbody>{items.map((ban) => <Row key={ban.id} ban={ban} lift={() => lift(ban)}/>)}</tbody>
              </table>
            </div>
            {next && <p class="list-end"><button type="button" onClick={() => setPages(pages + 1)}>{text.bans.more}</button></p>}
          </>
        )}</Await>
    </section>
  );
}
