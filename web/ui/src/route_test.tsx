import {useState} from "preact/hooks";

import {get, wordsOf} from "./api";
import {text} from "./text";
import type {RouteTest} from "./types";

/** Where a call would go now, and why. */
export function RouteTestForm() {
  const [number, setNumber] = useState("");
  const [told, tell] = useState<RouteTest | null>(null);
  const [error, setError] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    get<RouteTest>(`route-test?number=${encodeURIComponent(number.trim())}`).then((test) => {
      tell(test);
      setError("");
    }, (problem: unknown) => {
      tell(null);
      setError(wordsOf(problem));
    });
  };
  return (
    <form class="panel try" onSubmit={submit} aria-label={text.routes.test}>
      <div class="with-button">
        <input required maxLength={255} aria-label={text.routes.number} placeholder={text.routes.number} autocapitalize="none" autocomplete="off" value={number}
               onInput={(event) => setNumber(event.currentTarget.value)}/>
        <button type="submit">{text.routes.tryIt}</button>
      </div>
      {error && <p class="notice bad" role="alert">{error}</p>}
      {told && (
        <ol class="checks" aria-live="polite">
          {told.steps.map((step, index) => (
            <li key={index} class={step.matches ? "good" : ""}>
              <span class="mark-of" aria-hidden="true">{step.matches ? "✓" : "–"}</span><span>{step.name}<span class="line muted">{step.why}</span></span>
            </li>
          ))}
          {told.ends.map((end, index) => (
            <li key={`end ${index}`} class={end.kind === "reject" ? "bad" : "good"}>
              <span class="mark-of" aria-hidden="true">{end.kind === "reject" ? "✗" : "→"}</span>
              <span>{text.routes.ends[end.kind] ?? end.kind} {end.to ?? end.status ?? ""}{end.number && <span class="line muted">{text.routes.as(end.number)}</span>}</span></li>
          ))}
        </ol>
      )}
    </form>
  );
}
