import {useState} from "preact/hooks";

import {pagesOf} from "./api";
import {useLoaded} from "./hooks";
import {Await, Empty, Time} from "./parts";
import {text} from "./text";
import type {Change} from "./types";

const pageSize = 100;

function Row({change}: {change: Change}) {
  return (
    <tr>
      <td data-label={text.audit.when}><Time at={change.at}/></td>
      <td data-label={text.audit.what}>{text.audit.acts[change.what] ?? change.what}{" "}
        {change.detail && <span class="muted">{change.detail}</span>}</td>
      <td data-label={text.audit.target}>{change.target ?? ""}</td>
      <td data-label={text.audit.who}>{change.who} <span class="muted">{change.from}</span></td>
    </tr>
  );
}

export function Audit() {
  const [pages, setPages] = useState(1);
  const loaded = useLoaded(() => pagesOf<Change>(`audit?limit=${pageSize}`, pages), [pages]);
  return (
    <section aria-labelledby="audit">
      <h2 id="audit">{text.audit.title}</h2>
      <Await what={loaded}>{({items, next}) => items.length === 0 ? <Empty title={text.audit.none}/> : (
        <>
          <div class="panel flush table-scroll">
            <table class="stacking">
              <thead>
                <tr>
                  <th scope="col">{text.audit.when}</th>
                  <th scope="col">{text.audit.what}</th>
                  <th scope="col">{text.audit.target}</th>
                  <th scope="col">{text.audit.who}</th>
                </tr>
              </thead>
              <tbody>{items.map((change) => <Row key={change.id} change={change}/>)}</tbody>
            </table>
          </div>
          {next && <p class="list-end"><button type="button" onClick={() => setPages(pages + 1)}>{text.audit.more}</button></p>}
        </>
      )}</Await>
    </section>
  );
}
