import {useMemo, useState} from "preact/hooks";

import {postCsv, wordsOf} from "./api";
import {partsOf, readCsv, type CsvRow} from "./csv";
import {Field} from "./field";
import {Dialog} from "./parts";
import {text} from "./text";

const most = 20;

/** "line 3: ..." of a part of the file, as the line of the file. */
function atLine(words: string, rows: CsvRow[]): string {
  const found = /^line (\d+): (.*)$/s.exec(words);
  const row = found && rows[Number(found[1]) - 2];
  return row ? text.csv.at(row.line, found[2] ?? "") : words;
}

/** Rows with faults first: they are what has to be looked at. */
function Preview({rows}: {rows: CsvRow[]}) {
  const shown = [...rows.filter((row) => row.fault), ...rows.filter((row) => !row.fault)].slice(0, most);
  return (
    <div class="table-scroll preview" tabIndex={0} role="region" aria-label={text.csv.preview}>
      <table>
        <thead>
          <tr><th scope="col">{text.csv.line}</th><th scope="col">{text.setup.aor}</th><th scope="col">{text.setup.displayName}</th></tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.line}>
              <td class="num">{row.line}</td>
              <td>{row.values.aor || "–"}{row.fault && <span class="line bad-text">{text.csv.faults[row.fault]}</span>}</td>
              <td>{row.values.display_name}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && <p class="muted more">{text.csv.moreRows(rows.length - most)}</p>}
    </div>
  );
}

/** Reads a file of users, shows what is in it, and adds those without faults. */
export function ImportUsers({domain: usual, close, done}:
    {domain: string; close: () => void; done: (words: string) => void}) {
  const [file, setFile] = useState("");
  const [domain, setDomain] = useState(usual);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const rows = useMemo(() => readCsv(file, domain.trim()), [file, domain]);
  const bare = useMemo(() => readCsv(file, "").some((row) => row.fault === "domain"), [file]);
  const good = rows.filter((row) => !row.fault);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError("");
    let sent = 0;
    for (const part of partsOf(good)) {
      try {
        await postCsv("users.csv", part.body);
        sent += part.rows.length;
      } catch (problem) {
        setBusy(false);
        return setError(text.csv.stopped(sent, atLine(wordsOf(problem), part.rows)));
      }
    }
    done(text.csv.done(sent));
  };
  return (
    <Dialog title={text.csv.title} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="muted">{text.csv.how}</p>
        <Field label={text.csv.file}>
          <input type="file" accept=".csv,text/csv" required
                 onChange={(event) => void event.currentTarget.files?.[0]?.text().then(setFile)}/>
        </Field>
        {bare && (
          <Field label={text.csv.domain} hint={text.csv.domainHint}>
            <input maxLength={200} autocapitalize="none" autocomplete="off" spellcheck={false} value={domain} onInput={(event) => setDomain(event.currentTarget.value)}/>
          </Field>
        )}
        {file && (
          <>
            <p role="status">{text.csv.found(good.length, rows.length - good.length)}</p>
            {rows.length > 0 && <Preview rows={rows}/>}
          </>
        )}
        {error && <p class="notice bad" role="alert">{error}</p>}
        <p class="buttons">
          <button type="button" onClick={close}>{text.setup.cancel}</button>
          <button type="submit" class="primary" disabled={busy || good.length === 0}>{text.csv.import(good.length)}</button>
        </p>
      </form>
    </Dialog>
  );
}
