import {useState} from "preact/hooks";

import {pagesOf, post, remove} from "./api";
import {Fault, Field, useRefused} from "./field";
import {dateOf} from "./format";
import {useLoaded} from "./hooks";
import {Ago, Await, Badge, Dialog, Empty, Sure} from "./parts";
import {text} from "./text";
import type {Token} from "./types";

const pageSize = 100;
const day = 86_400;
const lengths = [30 * day, 365 * day, 0];
const scopes: Token["scope"][] = ["read", "write", "admin"];

function AddToken({made}: {made: (secret: string) => void}) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Token["scope"]>("read");
  const [seconds, setSeconds] = useState(lengths[0] ?? 0);
  const refused = useRefused("name", "scope", "expires_in_s");
  const submit = (event: Event): void => {
    event.preventDefault();
    const limit = seconds > 0 ? {expires_in_s: seconds} : {};
    post("tokens", {name: name.trim(), scope, ...limit}).then((answer) => {
      made((answer as {token: string}).token);
      setName("");
      refused.clear();
    }, refused.refuse);
  };
  return (
    <form ref={refused.form} class="panel add-row three" onSubmit={submit} aria-label={text.tokens.add}>
      <Field label={text.tokens.name} error={refused.at("name")}>
        <input required maxLength={255} autocomplete="off" placeholder={text.tokens.nameHint} value={name}
               onInput={(event) => setName(event.currentTarget.value)}/>
      </Field>
      <Field label={text.tokens.scope} error={refused.at("scope")}>
        <select value={scope} onInput={(event) => setScope(event.currentTarget.value as Token["scope"])}>
          {scopes.map((one) => <option key={one} value={one}>{text.tokens.scopes[one]}</option>)}
        </select>
      </Field>
      <Field label={text.tokens.until} error={refused.at("expires_in_s")}>
        <select value={seconds} onInput={(event) => setSeconds(Number(event.currentTarget.value))}>
          {lengths.map((one, index) => <option key={one} value={one}>{text.tokens.lengths[index]}</option>)}
        </select>
      </Field>
      <button type="submit" class="primary">{text.tokens.add}</button>
      <Fault of={refused}/>
    </form>
  );
}

function Secret({secret, close}: {secret: string; close: () => void}) {
  const [copied, setCopied] = useState(false);
  return (
    <Dialog title={text.tokens.secretTitle} close={close}>
      <p>{text.tokens.secretText}</p>
      <p class="secret"><code>{secret}</code></p>
      <p class="buttons">
        <button type="button" onClick={() => void navigator.clipboard?.writeText(secret).then(() => setCopied(true), () => undefined)}>
          {copied ? text.tokens.copied : text.tokens.copy}
        </button>
        <button type="button" class="primary" onClick={close}>{text.tokens.done}</button>
      </p>
    </Dialog>
  );
}

function Row({token, revoke}: {token: Token; revoke: () => void}) {
  const ended = token.expires_at !== null && Date.parse(token.expires_at) < Date.now();
  return (
    <tr class={ended ? "off" : ""}>
      <th scope="row">{token.name} {ended && <Badge kind="plain">{text.tokens.ended}</Badge>}</th>
      <td data-label={text.tokens.scope}>{text.tokens.scopes[token.scope]}</td>
      <td data-label={text.tokens.since} class="nowrap">{dateOf(token.created_at)}</td>
      <td data-label={text.tokens.until} class="nowrap">{token.expires_at ? dateOf(token.expires_at) : text.tokens.never}</td>
      <td data-label={text.tokens.used}>{token.last_used ? <Ago at={token.last_used}/> : <span class="muted">{text.tokens.unused}</span>}</td>
      <td class="actions">
        <button type="button" class="danger-text" onClick={revoke} aria-label={`${text.tokens.revoke}: ${token.name}`}>{text.tokens.revoke}</button>
      </td>
    </tr>
  );
}

export function Tokens() {
  const [pages, setPages] = useState(1);
  const [secret, setSecret] = useState("");
  const [asked, ask] = useState<Token | null>(null);
  const loaded = useLoaded(() => pagesOf<Token>(`tokens?limit=${pageSize}`, pages), [pages]);
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">{text.tokens.title}</h2>
      <AddToken made={(made) => { setSecret(made); loaded.reload(); }}/>
      <Await what={loaded}>{({items, next}) => items.length === 0 ? <Empty title={text.tokens.none}/> : (
        <>
          <div class="panel flush table-scroll">
            <table class="stacking">
              <thead>
                <tr>
                  <th scope="col">{text.tokens.name}</th>
                  <th scope="col">{text.tokens.scope}</th>
                  <th scope="col">{text.tokens.since}</th>
                  <th scope="col">{text.tokens.until}</th>
                  <th scope="col">{text.tokens.used}</th>
                  <th scope="col"><span class="unseen">{text.setup.actions}</span></th>
                </tr>
              </thead>
              <tbody>{items.map((token) => <Row key={token.id} token={token} revoke={() => ask(token)}/>)}</tbody>
            </table>
          </div>
          {next && <p class="list-end"><button type="button" onClick={() => setPages(pages + 1)}>{text.tokens.more}</button></p>}
        </>
      )}</Await>
      {secret && <Secret secret={secret} close={() => setSecret("")}/>}
      {asked && <Sure title={text.tokens.revokeTitle(asked.name)} words={text.tokens.revokeText} yes={text.tokens.revoke}
                       act={() => remove(`tokens/${asked.id}`)} close={() => ask(null)}
                       done={() => { ask(null); loaded.reload(); }}/>}
    </section>
  );
}
