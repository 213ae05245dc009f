import {text} from "./text";
import type {List} from "./types";

/** What the server did not do, in words for people. */
export class Refusal extends Error {
  constructor(readonly status: number, message: string, readonly field: string = "") {
    super(message);
  }
}

/** Why something was not done, for people. */
export const wordsOf = (problem: unknown): string => (problem instanceof Refusal ? problem.message : text.error.odd);

type Problem = {detail?: unknown; field?: unknown};

let csrf = "";
let onLoggedOut: () => void = () => undefined;

export function whenLoggedOut(then: () => void): void {
  onLoggedOut = then;
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  const detail = typeof problem.detail === "string" ? problem.detail : text.error.status(answer.status);
  return new Refusal(answer.status, detail, typeof problem.field === "string" ? problem.field : "");
}

const asJson = (body: unknown): [string, string] => ["application/json", JSON.stringify(body)];

async function send(method: string, path: string, body?: [type: string, text: string], version = ""): Promise<Response> {
  const headers: Record<string, string> = {};
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body) headers["Content-Type"] = body[0];
  if (version) headers["If-Match"] = version;
  const init: RequestInit = {method, headers, credentials: "same-origin"};
  if (body) init.body = body[1];
  const answer = await fetch(`/api/v1/${path}`, init).catch(() => {
    throw new Refusal(0, text.error.unreachable);
  });
  if (answer.status === 401) onLoggedOut();
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

async function ask(method: string, path: string, body?: [type: string, text: string], version = ""): Promise<unknown> {
  const answer = await send(method, path, body, version);
  return answer.status === 204 ? null : answer.json();
}

export const get = <T>(path: string): Promise<T> => ask("GET", path) as Promise<T>;

/** A row and its version, to change it only while nobody else has. */
export async function getVersioned<T>(path: string): Promise<{row: T; version: string}> {
  const answer = await send("GET", path);
  return {row: (await answer.json()) as T, version: answer.headers.get("ETag") ?? ""};
}

export const post = (path: string, body?: unknown): Promise<unknown> =>
  ask("POST", path, body === undefined ? undefined : asJson(body));
export const postCsv = (path: string, body: string): Promise<unknown> => ask("POST", path, ["text/csv", body]);
/** Refused with 412 when the row is not of this version any more. */
export const patch = (path: string, body: unknown, version = ""): Promise<unknown> => ask("PATCH", path, asJson(body), version);
export const remove = (path: string): Promise<unknown> => ask("DELETE", path);

type Login = {logged_in: boolean; csrf: string | null};

function keep(login: Login): boolean {
  csrf = login.csrf ?? "";
  return login.logged_in;
}

export async function isLoggedIn(): Promise<boolean> {
  const is = keep(await get<Login>("login"));
  if (!is) onLoggedOut();
  return is;
}

export async function logIn(password: string): Promise<boolean> {
  return keep((await post("login", {password})) as Login);
}

export async function logOut(): Promise<void> {
  await post("logout");
  csrf = "";
  onLoggedOut();
}

/** The first `pages` pages of a list, one after the other. */
export async function pagesOf<T>(path: string, pages: number): Promise<List<T>> {
  const all: List<T> = {items: [], next: null};
  for (let i = 0; i < pages; ++i) {
    const cursor = all.next ? `&cursor=${encodeURIComponent(all.next)}` : "";
    const page = await get<List<T>>(path + cursor);
    all.items.push(...page.items);
    all.next = page.next;
    if (!page.next) break;
  }
  return all;
}
