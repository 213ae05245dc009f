// A form as values: what stands in its fields, what is sent for it, and what of that is new.

export type Values = Record<string, string | boolean>;
export type Body = Record<string, unknown>;

export interface Entry {
  /** Of the member in the API, or one that `bodyOf` of the sheet makes another of. */
  name: string;
  label: string;
  kind: "text" | "secret" | "number" | "flag" | "list" | "choice";
  hint?: string;
  placeholder?: string;
  needed?: boolean;
  choices?: {id: string; label: string}[];
  /** Behind the sheet's `more`. */
  more?: boolean;
  /** A secret that can be made up here. */
  make?: boolean;
  when?: (values: Values) => boolean;
}

/** What a form is for: `row` is null for one that is to be made. */
export interface Sheet<Row> {
  /** What the fields are that are not shown at once. */
  more?: string;
  entries: (row: Row | null) => Entry[];
  valuesOf: (row: Row | null) => Values;
  /** Puts right what is not a field for each member. */
  adapt?: (body: Body, values: Values) => Body;
}

/** One item a line, or between commas. */
export const listOf = (words: string): string[] => words.split(/[\n,]/).map((one) => one.trim()).filter(Boolean);

export const isShown = (entry: Entry, values: Values): boolean => entry.when?.(values) ?? true;

function memberOf(kind: Entry["kind"], value: string | boolean): unknown {
  if (typeof value === "boolean") return value;
  switch (kind) {
    case "list":
      return listOf(value);
    case "number":
      return value.trim() === "" ? null : Number(value);
    case "secret":
      return value === "" ? undefined : value;
    default:
      return value.trim();
  }
}

/** The members of these values; a secret that is not given is none of them. */
export function bodyOf<Row>(sheet: Sheet<Row>, row: Row | null, values: Values): Body {
  const body: Body = {};
  for (const entry of sheet.entries(row))
    if (isShown(entry, values)) body[entry.name] = memberOf(entry.kind, values[entry.name] ?? "");
  return sheet.adapt?.(body, values) ?? body;
}

/** What `after` says otherwise than `before`. */
export function changesOf(before: Body, after: Body): Body {
  const news = Object.entries(after).filter(([name, value]) =>
    value !== undefined && JSON.stringify(value) !== JSON.stringify(before[name]));
  return Object.fromEntries(news);
}

/** What was `before`, as it is now: with what only `mine` says otherwise. */
export function mergeOf(before: Values, mine: Values, now: Values): Values {
  const kept = Object.entries(mine).filter(([name, value]) => value !== before[name] && now[name] === before[name]);
  return {...now, ...Object.fromEntries(kept)};
}

/** The first field that is needed and empty. */
export const missingIn = (entries: Entry[], values: Values): Entry | undefined =>
  entries.find((entry) => entry.needed && isShown(entry, values) && String(values[entry.name] ?? "").trim() === "");
