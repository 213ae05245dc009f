import {useEffect, useState} from "preact/hooks";

import {getVersioned, patch, post, Refusal} from "./api";
import {Fault, Field, useRefused} from "./field";
import {makePassword} from "./format";
import {Dialog} from "./parts";
import {bodyOf, changesOf, isShown, mergeOf, missingIn, type Entry, type Sheet, type Values} from "./sheet";
import {text} from "./text";

type Put = (name: string, value: string | boolean) => void;

interface InputProps {
  entry: Entry;
  values: Values;
  error: string;
  put: Put;
}

const plain = {autocapitalize: "none", autocomplete: "off", spellcheck: false} as const;

function Input({entry, values, error, put}: InputProps) {
  const {name, kind, label, hint, placeholder} = entry;
  const value = values[name] ?? "";
  if (typeof value === "boolean")
    return (
      <label class="tick">
        <input type="checkbox" checked={value} aria-invalid={error !== ""} onChange={(event) => put(name, event.currentTarget.checked)}/>
        <span>{label}{hint && <span class="line hint">{hint}</span>}{error && <span class="line wrong" role="alert">{error}</span>}</span>
      </label>
    );
  const take = (event: {currentTarget: {value: string}}): void => put(name, event.currentTarget.value);
  const shared = {value, onInput: take, ...(entry.needed && {"aria-required": true}), ...(placeholder && {placeholder})};
  const beside = entry.make && <button type="button" onClick={() => put(name, makePassword())}>{text.setup.make}</button>;
  return (
    <Field label={label} error={error} {...(hint && {hint})} {...(beside && {beside})}>
      {kind === "choice" ? <select {...shared}>{entry.choices?.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}</select>
        : kind === "list" ? <textarea rows={2} {...plain} {...shared}/>
        : kind === "secret" ? <input type={entry.make ? "text" : "password"} {...plain} autocomplete="new-password" {...shared}/>
        : <input inputMode={kind === "number" ? "numeric" : "text"} {...plain} {...shared}/>}
    </Field>
  );
}

interface Props<Row> {
  title: string;
  /** Of the list. */
  path: string;
  /** In the path; null: a new one is made. */
  id: string | number | null;
  sheet: Sheet<Row>;
  close: () => void;
  done: (name: string) => void;
}

/** What is to be changed as it is now, and as somebody may have made it meanwhile. */
function useRow<Row>(path: string, id: string | number | null, sheet: Sheet<Row>, fail: (problem: unknown) => void) {
  const [base, setBase] = useState<{row: Row | null; version: string} | null>(id === null ? {row: null, version: ""} : null);
  const [values, setValues] = useState<Values>(sheet.valuesOf(null));
  const load = async (): Promise<void> => {
    const found = await getVersioned<Row>(`${path}/${id}`);
    setBase(found);
    setValues((now) => mergeOf(sheet.valuesOf(base?.row ?? null), now, sheet.valuesOf(found.row)));
  };
  useEffect(() => { if (id !== null) load().catch(fail); }, [path, id]);
  return {base, values, setValues, load};
}

/** Makes a row of the API or changes one, in a dialog. What is sent is what was changed. */
export function RowForm<Row>({title, path, id, sheet, close, done}: Props<Row>) {
  const names = sheet.entries(null).map((entry) => entry.name);
  const refused = useRefused(...names);
  const {base, values, setValues, load} = useRow<Row>(path, id, sheet, refused.refuse);
  const [busy, setBusy] = useState(false);
  const row = base?.row ?? null;
  const entries = sheet.entries(row).filter((entry) => isShown(entry, values));
  const put: Put = (name, value) => setValues((now) => ({...now, [name]: value}));
  const save = async (): Promise<void> => {
    const body = bodyOf(sheet, row, values);
    if (id === null) return void await post(path, body);
    const changes = changesOf(bodyOf(sheet, row, sheet.valuesOf(row)), body);
    if (Object.keys(changes).length > 0) await patch(`${path}/${id}`, changes, base?.version);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const missing = missingIn(entries, values);
    if (missing) return refused.refuse(new Refusal(0, text.form.missing, missing.name));
    setBusy(true);
    save().then(() => done(String(values.name ?? values.aor ?? "")), refused.refuse).finally(() => setBusy(false));
  };
  const inputs = (some: Entry[]) =>
    some.map((entry) => <Input key={entry.name} entry={entry} values={values} error={refused.at(entry.name)} put={put}/>);
  const more = entries.filter((entry) => entry.more);
  return (
    <Dialog title={title} close={close} wide>
      <form ref={refused.form} onSubmit={submit} noValidate aria-label={title}>
        {base ? (
          <>
            <div class="fields">{inputs(entries.filter((entry) => !entry.more))}</div>
            {more.length > 0 && (
              <details open={more.some((entry) => refused.at(entry.name) !== "") || undefined}>
                <summary>{sheet.more ?? text.form.more}</summary>
                <div class="fields">{inputs(more)}</div>
              </details>
            )}
          </>
        ) : <p class="loading" role="status">{text.loading}</p>}
        {refused.status === 412 ? (
          <p class="notice bad" role="alert">{text.form.conflict}{" "}
            <button type="button" class="link" onClick={() => void load().then(refused.clear, refused.refuse)}>{text.form.reload}</button></p>
        ) : <Fault of={refused}/>}
        <p class="buttons">
          <button type="button" onClick={close}>{text.setup.cancel}</button>
          <button type="submit" class="primary" disabled={busy || !base}>{id === null ? text.setup.save : text.form.save}</button>
        </p>
      </form>
    </Dialog>
  );
}
