import {cloneElement, type ComponentChildren, type JSX, type RefObject, type VNode} from "preact";
import {useEffect, useId, useRef, useState} from "preact/hooks";

import {Refusal, wordsOf} from "./api";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  /** What is wrong with it; empty: nothing. */
  error?: string;
  /** A button beside the input. */
  beside?: ComponentChildren;
  children: VNode<JSX.HTMLAttributes<HTMLElement>>;
}

/** An input with its label, its hint and its fault, tied together for those who do not see them side by side. */
export function Field({label, hint, error = "", beside, children}: FieldProps) {
  const id = useId();
  const told = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const input = cloneElement(children, {id, "aria-invalid": error !== "", ...(told && {"aria-describedby": told})});
  return (
    <div class="field">
      <label class="label" for={id}>{label}</label>
      {beside ? <span class="with-button">{input}{beside}</span> : input}
      {hint && <span id={`${id}-hint`} class="hint">{hint}</span>}
      {error && <span id={`${id}-error`} class="wrong" role="alert">{error}</span>}
    </div>
  );
}

export interface Refused {
  /** For the form, whose first field with a fault gets the focus. */
  form: RefObject<HTMLFormElement>;
  status: number;
  /** What is wrong with this field. */
  at: (field: string) => string;
  /** What is wrong with none of the form's fields. */
  rest: string;
  refuse: (problem: unknown) => void;
  clear: () => void;
}

const nothing = {status: 0, field: "", words: ""};

/** Why the server did not take a form that has these fields. */
export function useRefused(...fields: string[]): Refused {
  const form = useRef<HTMLFormElement>(null);
  const [refused, set] = useState(nothing);
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [refused]);
  return {
    form,
    status: refused.status,
    at: (field) => (refused.field === field ? refused.words : ""),
    rest: fields.includes(refused.field) ? "" : refused.words,
    refuse: (problem) =>
      set({words: wordsOf(problem), ...(problem instanceof Refusal ? {status: problem.status, field: problem.field} : {status: 0, field: ""})}),
    clear: () => set(nothing),
  };
}

/** What is wrong with the form as a whole. */
export function Fault({of: refused}: {of: Refused}) {
  return refused.rest ? <p class="notice bad" role="alert">{refused.rest}</p> : null;
}
