import {useState} from "preact/hooks";

import {post} from "./api";
import {Fault, Field, useRefused} from "./field";
import {text} from "./text";

const shortest = 8;

/** Changes the password of this page. */
export function OwnPassword() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [said, say] = useState("");
  const refused = useRefused("password", "new_password");
  const submit = (event: Event): void => {
    event.preventDefault();
    post("login/password", {password: old, new_password: next}).then(() => {
      setOld("");
      setNext("");
      refused.clear();
      say(text.own.changed);
    }, (problem: unknown) => {
      say("");
      refused.refuse(problem);
    });
  };
  return (
    <section aria-labelledby="own">
      <h2 id="own">{text.own.title}</h2>
      <form ref={refused.form} class="panel add-row" onSubmit={submit} aria-label={text.own.title}>
        <Field label={text.own.old} error={refused.at("password")}>
          <input type="password" required maxLength={255} autocomplete="current-password" value={old}
                 onInput={(event) => setOld(event.currentTarget.value)}/>
        </Field>
        <Field label={text.own.next} error={refused.at("new_password")}>
          <input type="password" required minLength={shortest} maxLength={255} autocomplete="new-password" value={next}
                 onInput={(event) => setNext(event.currentTarget.value)}/>
        </Field>
        <button type="submit" class="primary">{text.own.change}</button>
        <Fault of={refused}/>
      </form>
      <p class="said" role="status">{said}</p>
    </section>
  );
}
