import {useEffect, useState} from "preact/hooks";

import {isLoggedIn} from "./api";

// The stream of events. It tells what to read again; what was missed is replayed by the server, or it says "reset".

export type Topic = "call" | "leg" | "push" | "registration" | "ban" | "health";
export type Connection = "connecting" | "live" | "lost";
export interface Trouble {
  at: string;
  level: string;
  event: string;
}

const topics: readonly Topic[] = ["call", "leg", "push", "registration", "ban", "health"];
const listeners = new Set<(topic: Topic | "all") => void>();
const watchers = new Set<() => void>();

let source: EventSource | null = null;
let again: number | undefined;
let heardAt = 0;
let connection: Connection = "connecting";
let troubles: Trouble[] = [];

function become(next: Connection): void {
  if (next === connection) return;
  connection = next;
  watchers.forEach((tell) => tell());
}

function keepTrouble(data: string): void {
  const trouble = JSON.parse(data) as Trouble;
  troubles = [trouble, ...troubles.filter((known) => known.event !== trouble.event)].slice(0, 5);
  watchers.forEach((tell) => tell());
}

function begun(event: Event, all: boolean): void {
  heardAt = Date.now();
  const wasLost = connection === "lost";
  become("live");
  if (all || wasLost) listeners.forEach((tell) => tell("all"));
  event.stopPropagation();
}

export function connect(): void {
  disconnect();
  source = new EventSource("/api/v1/events");
  source.addEventListener("hello", (event) => begun(event, false));
  source.addEventListener("reset", (event) => begun(event, true));
  for (const topic of topics)
    source.addEventListener(topic, (event) => {
      if (topic === "health") keepTrouble((event as MessageEvent<string>).data);
      listeners.forEach((tell) => tell(topic));
    });
  source.onerror = () => {
    become("lost");
    // The browser gives up for good when the answer is no stream: a server that starts, or a session that has ended.
    if (source?.readyState !== EventSource.CLOSED) return;
    disconnect();
    again = window.setTimeout(() => {
      isLoggedIn().then((still) => still && connect()).catch(() => connect());
    }, 1500);
  };
}

export function disconnect(): void {
  source?.close();
  source = null;
  window.clearTimeout(again);
}

// A connection that died without a word: the server is asked now and then whether it is there.
window.setInterval(() => {
  if (!source || connection !== "live" || document.hidden || Date.now() - heardAt < 10_000) return;
  fetch("/healthz", {signal: AbortSignal.timeout(5000)})
    .then(() => { heardAt = Date.now(); })
    .catch(() => {
      become("lost");
      connect();
    });
}, 5000);

function useWatched<T>(read: () => T): T {
  const [value, set] = useState(read);
  useEffect(() => {
    const tell = (): void => set(read);
    tell();
    watchers.add(tell);
    return () => void watchers.delete(tell);
  }, []);
  return value;
}

export const useConnection = (): Connection => useWatched(() => connection);
export const useTroubles = (): Trouble[] => useWatched(() => troubles);

/** Calls `then` soon after something of these topics has happened, however much it was. */
export function useEvents(wanted: readonly Topic[], then: () => void, pause = 250): void {
  useEffect(() => {
    let timer: number | undefined;
    let last = 0;
    const hear = (topic: Topic | "all"): void => {
      if (timer !== undefined || (topic !== "all" && !wanted.includes(topic))) return;
      const wait = Math.max(80, last + pause - Date.now());
      timer = window.setTimeout(() => {
        timer = undefined;
        last = Date.now();
        then();
      }, wait);
    };
    listeners.add(hear);
    return () => {
      listeners.delete(hear);
      window.clearTimeout(timer);
    };
  }, [then, pause]);
}
