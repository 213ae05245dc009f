import {useState} from "preact/hooks";

import {pagesOf} from "./api";
import {callerOf, duration, prose, userPart, withoutScheme} from "./format";
import {useLoaded, useTitle} from "./hooks";
import {Await, Called, Choices, Empty, Outcome, Time} from "./parts";
import {text} from "./text";
import type {Call} from "./types";

const pageSize = 50;

export function CallRows({calls}: {calls: Call[]}) {
  return (
    <ul class="rows calls">
      {calls.map((call) => (
        <li key={call.id}>
          <a href={`#/calls/${call.id}`}>
            <span class="who">
              <strong>{callerOf(call)}</strong> <Called/>{" "}
              <strong>{userPart(withoutScheme(call.callee))}</strong>
            </span>
            <span class="story">{prose(call.verdict ?? "")}</span>
            <span class="end"><Outcome call={call}/></span>
            <span class="when muted">
              <Time at={call.started_at}/>
              {call.answered_at && call.ended_at
                && <span class="talked">{duration(Date.parse(call.ended_at) - Date.parse(call.answered_at))}</span>}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

const fits = (call: Call, words: string): boolean =>
  [call.caller, call.caller_name, call.callee, call.verdict ?? "", call.end_reason ?? "", call.call_id]
    .some((part) => part.toLowerCase().includes(words));

export function CallsView() {
  useTitle(text.calls.title);
  const [kind, setKind] = useState("all");
  const [pages, setPages] = useState(1);
  const [words, setWords] = useState("");
  const path = `calls?limit=${pageSize}${kind === "ended" ? "&state=ended" : ""}`;
  const loaded = useLoaded(() => pagesOf<Call>(path, pages), [path, pages], ["call", "leg", "push"], 1000);
  const wanted = words.trim().toLowerCase();
  return (
    <>
      <h1>{text.calls.title}</h1>
      <div class="tools">
        <Choices label={text.calls.filter} chosen={kind} choose={(id) => { setKind(id); setPages(1); }}
                 choices={[{id: "all", label: text.calls.all}, {id: "live", label: text.calls.live},
                           {id: "ended", label: text.calls.ended}]}/>
        <input type="search" aria-label={text.calls.find} placeholder={text.calls.findHint} value={words}
               onInput={(event) => setWords(event.currentTarget.value)}/>
      </div>
      <Await what={loaded}>{({items, next}) => {
        const shown = items.filter((call) => (kind !== "live" || call.state !== "ended") && (!wanted || fits(call, wanted)));
        return (
          <>
            {items.length === 0 ? <Empty title={text.calls.none}/>
              : shown.length === 0 ? <Empty title={kind === "live" ? text.now.idle : text.calls.noMatch}/>
              : <div class="panel flush"><CallRows calls={shown}/></div>}
            <p class="list-end">
              <span class="muted" role="status">{items.length > 0 && text.calls.shown(shown.length)}</span>
              {next && kind !== "live"
                && <button type="button" onClick={() => setPages(pages + 1)}>{text.calls.more}</button>}
            </p>
          </>
        );
      }}</Await>
    </>
  );
}
