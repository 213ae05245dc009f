import {useState} from "preact/hooks";

import {pagesOf, patch, post, Refusal, remove, wordsOf} from "./api";
import {forgetOwners} from "./devices";
import {dateOf} from "./format";
import {useLoaded} from "./hooks";
import {ImportUsers} from "./import_users";
import {Await, Badge, Dialog, Empty, Field} from "./parts";
import {Provision} from "./provision";
import {text} from "./text";
import type {User} from "./types";

const pageSize = 100;

const pathOf = (user: User): string => `users/${encodeURIComponent(user.aor)}`;

/** Sixteen letters and digits that are not taken for one another. */
function makePassword(): string {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => letters[byte % letters.length]).join("");
}

function PasswordField({value, set, error}: {value: string; set: (value: string) => void; error: boolean}) {
  return (
    <div class="field">
      <label class="label" for="new-password">{text.setup.password}</label>
      <span class="with-button">
        <input id="new-password" type="text" autocomplete="off" spellcheck={false} required maxLength={255} value={value}
               aria-invalid={error} onInput={(event) => set(event.currentTarget.value)}/>
        <button type="button" onClick={() => set(makePassword())}>{text.setup.make}</button>
      </span>
    </div>
  );
}

function AddUser({added}: {added: (aor: string) => void}) {
  const [aor, setAor] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState<{words: string; field: string} | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    post("users", {aor: aor.trim(), password, display_name: name.trim()}).then(() => {
      added(aor.trim());
      setAor("");
      setName("");
      setPassword("");
      setRefusal(null);
    }, (problem: unknown) =>
      setRefusal({words: wordsOf(problem), field: problem instanceof Refusal ? problem.field : ""}));
  };
  return (
    <form class="panel add-user" onSubmit={submit} aria-label={text.setup.add}>
      <Field label={text.setup.aor}>
        <input required maxLength={255} autocapitalize="none" autocomplete="off" spellcheck={false} placeholder={text.setup.aorHint}
               value={aor} aria-invalid={refusal?.field === "aor"} onInput={(event) => setAor(event.currentTarget.value)}/>
      </Field>
      <Field label={text.setup.displayName}>
        <input maxLength={255} autocomplete="off" placeholder={text.setup.displayHint} value={name}
               onInput={(event) => setName(event.currentTarget.value)}/>
      </Field>
      <PasswordField value={password} set={setPassword} error={refusal?.field === "password"}/>
      <button type="submit" class="primary">{text.setup.save}</button>
      {refusal && <p class="notice bad" role="alert">{refusal.words}</p>}
    </form>
  );
}

type Asked = {user: User; what: "remove" | "password" | "provision"};

function Question({asked, close, done}: {asked: Asked; close: () => void; done: (words: string) => void}) {
  const {user, what} = asked;
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const removing = what === "remove";
  const submit = (event: Event): void => {
    event.preventDefault();
    const act = removing ? remove(pathOf(user)) : patch(pathOf(user), {password});
    act.then(() => done(removing ? "" : text.setup.changed(user.aor)), (problem: unknown) => setError(wordsOf(problem)));
  };
  return (
    <Dialog title={removing ? text.setup.removeTitle(user.aor) : text.setup.changeTitle(user.aor)} close={close}>
      <form onSubmit={submit}>
        <p>{removing ? text.setup.removeText : text.setup.changeText}</p>
        {!removing && <PasswordField value={password} set={setPassword} error={error !== ""}/>}
        {error && <p class="notice bad" role="alert">{error}</p>}
        <p class="buttons">
          <button type="button" onClick={close}>{text.setup.cancel}</button>
          <button type="submit" class={removing ? "danger" : "primary"}>{removing ? text.setup.remove : text.setup.change}</button>
        </p>
      </form>
    </Dialog>
  );
}

function UserRow({user, ask, changed}: {user: User; ask: (asked: Asked) => void; changed: () => void}) {
  const turn = (): void => void patch(pathOf(user), {enabled: !user.enabled}).then(changed, changed);
  return (
    <tr class={user.enabled ? "" : "off"}>
      <th scope="row">
        {user.display_name && <span class="phone-kind">{user.display_name}</span>}
        <span class={user.display_name ? "muted" : ""}>{user.aor}</span>{" "}
        {!user.enabled && <Badge kind="plain">{text.setup.disabled}</Badge>}
      </th>
      <td data-label={text.setup.created}>{dateOf(user.created_at)}</td>
      <td class="actions">
        <button type="button" onClick={() => ask({user, what: "provision"})} aria-label={`${text.provision.open}: ${user.aor}`}>{text.provision.open}</button>
        <button type="button" onClick={() => ask({user, what: "password"})} aria-label={`${text.setup.change}: ${user.aor}`}>{text.setup.change}</button>
        <button type="button" onClick={turn} aria-label={`${user.enabled ? text.setup.disable : text.setup.enable}: ${user.aor}`}>
          {user.enabled ? text.setup.disable : text.setup.enable}
        </button>
        <button type="button" class="danger-text" onClick={() => ask({user, what: "remove"})} aria-label={`${text.setup.remove}: ${user.aor}`}>{text.setup.remove}</button>
      </td>
    </tr>
  );
}

export function Users() {
  const [pages, setPages] = useState(1);
  const [asked, ask] = useState<Asked | null>(null);
  const [importing, setImporting] = useState(false);
  const [said, say] = useState("");
  const loaded = useLoaded(() => pagesOf<User>(`users?limit=${pageSize}`, pages), [pages]);
  const changed = (): void => {
    forgetOwners();
    loaded.reload();
  };
  return (
    <section aria-labelledby="users">
      <div class="section-head">
        <h2 id="users">{text.setup.users}</h2>
        <span class="links">
          <button type="button" class="link" onClick={() => setImporting(true)}>{text.csv.open}</button>
          <a href="/api/v1/users.csv" download title={text.csv.exportHint}>{text.csv.export}</a>
        </span>
      </div>
      <AddUser added={(aor) => { say(text.setup.added(aor)); changed(); }}/>
      <p class="said" role="status">{said}</p>
      <Await what={loaded}>{({items, next}) => items.length === 0 ? <Empty title={text.setup.noUsers}/> : (
        <>
          <div class="panel flush table-scroll">
            <table class="stacking users">
              <thead>
                <tr>
                  <th scope="col">{text.setup.users}</th>
                  <th scope="col">{text.setup.created}</th>
                  <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
                </tr>
              </thead>
              <tbody>{items.map((user) => <UserRow key={user.id} user={user} ask={ask} changed={changed}/>)}</tbody>
            </table>
          </div>
          {next && <p class="list-end"><button type="button" onClick={() => setPages(pages + 1)}>{text.setup.more}</button></p>}
        </>
      )}</Await>
      {importing && <ImportUsers domain={loaded.data?.items[0]?.aor.split("@")[1] ?? ""} close={() => setImporting(false)}
                                 done={(words) => { setImporting(false); say(words); changed(); }}/>}
      {asked?.what === "provision" && <Provision user={asked.user} close={() => ask(null)}/>}
      {asked && asked.what !== "provision" && <Question asked={asked} close={() => ask(null)} done={(words) => { ask(null); say(words); changed(); }}/>}
    </section>
  );
}
