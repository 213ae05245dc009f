import {useState} from "preact/hooks";

import {pagesOf, patch, post, remove, wordsOf} from "./api";
import {forgetOwners} from "./devices";
import {Fault, Field, useRefused} from "./field";
import {dateOf, makePassword} from "./format";
import {useLoaded} from "./hooks";
import {ImportUsers} from "./import_users";
import {Await, Badge, Empty, Sure} from "./parts";
import {Provision} from "./provision";
import {RowForm} from "./row_form";
import {text} from "./text";
import type {User} from "./types";
import {userSheet} from "./user_sheet";

const pageSize = 100;

const pathOf = (user: User): string => `users/${encodeURIComponent(user.aor)}`;

function AddUser({added}: {added: (aor: string) => void}) {
  const [aor, setAor] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const refused = useRefused("aor", "display_name", "password");
  const submit = (event: Event): void => {
    event.preventDefault();
    post("users", {aor: aor.trim(), password, display_name: name.trim()}).then(() => {
      added(aor.trim());
      setAor("");
      setName("");
      setPassword("");
      refused.clear();
    }, refused.refuse);
  };
  const make = <button type="button" onClick={() => setPassword(makePassword())}>{text.setup.make}</button>;
  return (
    <form ref={refused.form} class="panel add-user" onSubmit={submit} aria-label={text.setup.add}>
      <Field label={text.setup.aor} error={refused.at("aor")}>
        <input required maxLength={255} autocapitalize="none" autocomplete="off" spellcheck={false} placeholder={text.setup.aorHint}
               value={aor} onInput={(event) => setAor(event.currentTarget.value)}/>
      </Field>
      <Field label={text.setup.displayName} error={refused.at("display_name")}>
        <input maxLength={255} autocomplete="off" placeholder={text.setup.displayHint} value={name}
               onInput={(event) => setName(event.currentTarget.value)}/>
      </Field>
      <Field label={text.setup.password} error={refused.at("password")} beside={make}>
        <input type="text" autocomplete="off" spellcheck={false} required maxLength={255} value={password}
               onInput={(event) => setPassword(event.currentTarget.value)}/>
      </Field>
      <button type="submit" class="primary">{text.setup.save}</button>
      <Fault of={refused}/>
    </form>
  );
}

type Asked = {user: User; what: "remove" | "edit" | "provision"};

function UserRow({user, ask, turn}: {user: User; ask: (asked: Asked) => void; turn: () => void}) {
  return (
    <tr class={user.enabled ? "" : "off"}>
      <th scope="row">
        {user.display_name && <span class="phone-kind">{user.display_name}</span>}
        <span class={user.display_name ? "muted" : ""}>{user.aor}</span>{" "}
        {!user.enabled && <Badge kind="plain">{text.setup.disabled}</Badge>}
        {user.do_not_disturb && <Badge kind="held">{text.setup.undisturbed.toLowerCase()}</Badge>}{" "}
        {user.forward_always && <Badge kind="plain">{text.setup.forwarded(user.forward_always)}</Badge>}
      </th>
      <td data-label={text.setup.created} class="nowrap">{dateOf(user.created_at)}</td>
      <td class="actions">
        <button type="button" onClick={() => ask({user, what: "provision"})} aria-label={`${text.provision.open}: ${user.aor}`}>{text.provision.open}</button>
        <button type="button" onClick={() => ask({user, what: "edit"})} aria-label={`${text.form.edit}: ${user.aor}`}>{text.form.edit}</button>
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
  const [error, setError] = useState("");
  const loaded = useLoaded(() => pagesOf<User>(`users?limit=${pageSize}`, pages), [pages]);
  const changed = (): void => {
    forgetOwners();
    loaded.reload();
  };
  const told = (words: string): void => {
    ask(null);
    setError("");
    say(words);
    changed();
  };
  const turn = (user: User): void =>
    void patch(pathOf(user), {enabled: !user.enabled}).then(() => told(""), (problem: unknown) => setError(wordsOf(problem)));
  return (
    <section aria-labelledby="users">
      <div class="section-head">
        <h2 id="users">{text.setup.users}</h2>
        <span class="links">
          <button type="button" class="link" onClick={() => setImporting(true)}>{text.csv.open}</button>
          <a href="/api/v1/users.csv" download title={text.csv.exportHint}>{text.csv.export}</a>
        </span>
      </div>
      <AddUser added={(aor) => told(text.setup.added(aor))}/>
      <p class="said" role="status">{said}</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
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
              <tbody>{items.map((user) => <UserRow key={user.id} user={user} ask={ask} turn={() => turn(user)}/>)}</tbody>
            </table>
          </div>
          {next && <p class="list-end"><button type="button" onClick={() => setPages(pages + 1)}>{text.setup.more}</button></p>}
        </>
      )}</Await>
      {importing && <ImportUsers domain={loaded.data?.items[0]?.aor.split("@")[1] ?? ""} close={() => setImporting(false)}
                                 done={(words) => { setImporting(false); told(words); }}/>}
      {asked?.what === "provision" && <Provision user={asked.user} close={() => ask(null)}/>}
      {asked?.what === "edit" && <RowForm title={text.setup.edit(asked.user.aor)} path="users" id={encodeURIComponent(asked.user.aor)}
                                          sheet={userSheet} close={() => ask(null)} done={() => told(text.setup.changed(asked.user.aor))}/>}
      {asked?.what === "remove" && <Sure title={text.setup.removeTitle(asked.user.aor)} words={text.setup.removeText} yes={text.setup.remove}
                                         act={() => remove(pathOf(asked.user))} close={() => ask(null)}
                                         done={() => told(text.setup.removed(asked.user.aor))}/>}
    </section>
  );
}
