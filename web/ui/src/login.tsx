import {useRef, useState} from "preact/hooks";

import {logIn, Refusal} from "./api";
import {Field} from "./field";
import {useTitle} from "./hooks";
import {text} from "./text";

export function Login({done}: {done: () => void}) {
  useTitle(text.login.submit);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    setBusy(true);
    setError("");
    logIn(input.current?.value ?? "").then(done, (problem: unknown) => {
      setBusy(false);
      const refused = problem instanceof Refusal ? problem : null;
      setError(refused?.field === "password" && refused.status === 403 ? text.login.wrong : refused?.message ?? text.error.odd);
      input.current?.select();
    });
  };
  return (
    <main class="login">
      <form onSubmit={submit}>
        <p class="brand"><span class="mark" aria-hidden="true"/>{text.name}</p>
        <h1>{text.login.title}</h1>
        <p class="muted">{text.login.lead}</p>
        <input type="text" name="username" autocomplete="username" value="administrator" hidden readOnly/>
        <Field label={text.login.password} error={error}>
          <input ref={input} type="password" name="password" autocomplete="current-password" required autofocus/>
        </Field>
        <button type="submit" class="primary" disabled={busy}>{busy ? text.login.busy : text.login.submit}</button>
        <p class="hint">{text.login.hint}<code>{text.login.hintCommand}</code>{text.login.hintEnd}</p>
      </form>
    </main>
  );
}
