import type {ComponentChildren} from "preact";
import {useEffect, useRef, useState} from "preact/hooks";

import {wordsOf} from "./api";
import {ago, fullTime, shortTime} from "./format";
import {useNow, type Loaded} from "./hooks";
import {text} from "./text";
import type {Call} from "./types";

export function Badge({kind, children}: {kind: string; children: ComponentChildren}) {
  return <span class={`badge ${kind}`}>{children}</span>;
}

const marks = {good: "✓", bad: "✗", plain: "…"};

/** Words with a sign before them, so that it is not the colour alone that tells. */
export function Marked({kind, children}: {kind: keyof typeof marks; children: ComponentChildren}) {
  return <span class={`marked ${kind}`}><span class="mark-of" aria-hidden="true">{marks[kind]}</span><span>{children}</span></span>;
}

/** What became of a call, or what it is doing. */
export function Outcome({call}: {call: Call}) {
  if (call.state !== "ended") return <Badge kind={call.state}>{text.call.states[call.state]}</Badge>;
  const reason = call.end_reason ?? "";
  const kind = call.answered_at || reason === "answered" ? "good" : reason === "elsewhere" ? "plain" : "missed";
  return <Badge kind={kind}>{text.call.ends[reason] ?? (reason || text.call.states.ended)}</Badge>;
}

/** The arrow between who calls and who is called. */
export const Called = () => <><span class="arrow" aria-hidden="true">→</span><span class="unseen">{text.call.called}</span></>;

export function Time({at}: {at: string}) {
  return <time dateTime={at} title={fullTime(at)}>{shortTime(at)}</time>;
}

export function Ago({at}: {at: string}) {
  const now = useNow(5000);
  return <time dateTime={at} title={fullTime(at)}>{ago(at, now)}</time>;
}

export function Empty({title, children}: {title: string; children?: ComponentChildren}) {
  return (
    <div class="empty">
      <p>{title}</p>
      {children}
    </div>
  );
}

/** The content once it is there; before that nothing for a moment, and the reason when it cannot be read. */
export function Await<T>({what, children}: {what: Loaded<T>; children: (data: T) => ComponentChildren}) {
  if (what.data !== null) return <>{children(what.data)}</>;
  if (!what.error) return <p class="loading" role="status">{text.loading}</p>;
  return (
    <div class="notice bad" role="alert">
      <strong>{text.error.title}</strong> {what.error}{" "}
      <button type="button" class="link" onClick={what.reload}>{text.error.again}</button>
    </div>
  );
}

/** Puts the focus there once what is on the screen has changed: on a heading too, which is no stop of the Tab key. */
export function focusAfter(place: HTMLElement | null | undefined): void {
  if (place && !place.hasAttribute("tabindex")) place.tabIndex = -1;
  requestAnimationFrame(() => place?.focus());
}

export interface Choice {
  id: string;
  label: string;
}

export function Choices({label, choices, chosen, choose}:
    {label: string; choices: Choice[]; chosen: string; choose: (id: string) => void}) {
  return (
    <div class="choices" role="group" aria-label={label}>
      {choices.map(({id, label: name}) => (
        <button key={id} type="button" aria-pressed={id === chosen} onClick={() => choose(id)}>{name}</button>
      ))}
    </div>
  );
}

/** The browser keeps the focus inside, and gives it back when the dialog closes. */
export function Dialog({title, children, close, wide = false}:
    {title: string; children: ComponentChildren; close: () => void; wide?: boolean}) {
  const ref = useRef<HTMLDialogElement>(null);
  const closing = useRef(false);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      closing.current = true;
      dialog?.close();
    };
  }, []);
  return (
    <dialog ref={ref} class={wide ? "wide" : ""} aria-labelledby="dialog-title" onClose={() => closing.current || close()}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

/** A question before what cannot be undone: `act` is done when it is answered with yes. */
export function Sure({title, words, yes, act, close, done}:
    {title: string; words: string; yes: string; act: () => Promise<unknown>; close: () => void; done: () => void}) {
  const [error, setError] = useState("");
  const from = useRef(document.activeElement);
  const agree = (): void => void act().then(() => {
    done();
    // What had the focus goes with the row it stood in.
    focusAfter(from.current?.closest("section")?.querySelector("h2") ?? document.querySelector("h1"));
  }, (problem: unknown) => setError(wordsOf(problem)));
  return (
    <Dialog title={title} close={close}>
      <p>{words}</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <p class="buttons">
        <button type="button" onClick={close}>{text.setup.cancel}</button>
        <button type="button" class="danger" onClick={agree}>{yes}</button>
      </p>
    </Dialog>
  );
}
