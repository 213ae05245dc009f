import type {RefCallback} from "preact";
import {useCallback, useEffect, useRef, useState} from "preact/hooks";

import {wordsOf} from "./api";
import {useEvents, type Topic} from "./live";
import {text} from "./text";

export interface Loaded<T> {
  data: T | null;
  error: string;
  reload: () => void;
}

/** What `load` gives, read again when something of these topics happens. The old value stays until the new one is there. */
export function useLoaded<T>(load: () => Promise<T>, deps: unknown[], topics: readonly Topic[] = [],
                             pause = 250): Loaded<T> {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState("");
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    load().then(
      (value) => {
        if (mine !== turn.current) return;
        setData(value);
        setError("");
      },
      (problem: unknown) => {
        if (mine === turn.current) setError(wordsOf(problem));
      });
  }, deps);
  useEffect(() => {
    reload();
    return () => void ++turn.current;
  }, [reload]);
  useEvents(topics, reload, pause);
  return {data, error, reload};
}

/** The time, anew every `every` milliseconds. */
export function useNow(every: number): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => set(Date.now()), every);
    return () => window.clearInterval(timer);
  }, [every]);
  return now;
}

/** The path behind the #: "calls/12" is ["calls", "12"]. */
export function useRoute(): string[] {
  const read = (): string[] => location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  const [route, set] = useState(read);
  useEffect(() => {
    const turn = (): void => set(read());
    window.addEventListener("hashchange", turn);
    return () => window.removeEventListener("hashchange", turn);
  }, []);
  return route;
}

/** How wide an element is, as it changes. */
export function useWidth<E extends HTMLElement>(): [RefCallback<E>, number] {
  const [width, set] = useState(0);
  const observer = useRef<ResizeObserver | null>(null);
  const take = useCallback((element: E | null) => {
    observer.current?.disconnect();
    if (!element) return;
    observer.current = new ResizeObserver(() => set(element.clientWidth));
    observer.current.observe(element);
    set(element.clientWidth);
  }, []);
  return [take, width];
}

/** Names the view: in the title of the window, and for those who hear where they are. */
export function useTitle(...words: string[]): void {
  const title = [...words, text.name].join(" · ");
  useEffect(() => {
    document.title = title;
    document.getElementById("content")?.setAttribute("aria-label", words[0] ?? text.name);
  }, [title]);
}
