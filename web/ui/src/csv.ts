// A file of users: looked at here before anything is sent, then sent in parts with the columns the server knows.

export type Fault = "" | "fields" | "aor" | "domain" | "secret" | "twice";

export interface CsvRow {
  line: number;  // in the file, from 1
  values: Record<string, string>;  // by column
  fault: Fault;
}

interface Read {
  line: number;
  fields: string[];
}

const columns = ["aor", "password", "display_name", "ha1", "ha1_sha256", "ha1_sha512_256", "max_contacts",
  "do_not_disturb", "forward_always", "forward_busy", "forward_no_answer", "forward_no_answer_s", "forward_not_reachable"];
const secrets = ["password", "ha1", "ha1_sha256", "ha1_sha512_256"];
const others: Record<string, string> = {
  username: "aor", user: "aor", extension: "aor", secret: "password", name: "display_name", ha1_md5: "ha1",
};

/** RFC 4180: a quoted field may hold commas and line ends. */
function read(text: string): Read[] {
  const rows: Read[] = [];
  let fields: string[] = [];
  let field = "";
  let quoted = false;
  let begun = 1;
  let line = 1;
  const end = (): void => {
    fields.push(field);
    if (fields.some((one) => one.trim() !== "")) rows.push({line: begun, fields});
    fields = [];
    field = "";
  };
  for (let i = 0; i < text.length; ++i) {
    const c = text[i] ?? "";
    if (c === "\n") ++line;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"' && field === "") quoted = true;
    else if (c === ",") {
      fields.push(field);
      field = "";
    } else if (c === "\n") {
      end();
      begun = line;
    } else if (c !== "\r") field += c;
  }
  end();
  return rows;
}

const columnOf = (name: string): string => {
  const known = name.trim().toLowerCase();
  return others[known] ?? known;
};

function faultOf(values: Record<string, string>, seen: Set<string>): Fault {
  const aor = values.aor ?? "";
  if (aor !== "" && !aor.includes("@")) return "domain";
  if (!/^[^\s@]+@[^\s@]+$/.test(aor)) return "aor";
  if (secrets.every((name) => !values[name])) return "secret";
  const known = seen.has(aor.toLowerCase());
  seen.add(aor.toLowerCase());
  return known ? "twice" : "";
}

/** The users of a file, and what is wrong line by line; names without a domain get this one. The server has the last word. */
export function readCsv(text: string, domain: string): CsvRow[] {
  const rows = read(text.replace(/^\ufeff/, ""));
  const first = rows[0]?.fields.map(columnOf) ?? [];
  const named = first.includes("aor");
  const names = named ? first : columns.slice(0, 3);
  const seen = new Set<string>();
  return (named ? rows.slice(1) : rows).map(({line, fields}): CsvRow => {
    const values: Record<string, string> = {};
    names.forEach((name, index) => { values[name] = (fields[index] ?? "").trim(); });
    const aor = (values.aor ?? "").replace(/^sips?:/, "");
    values.aor = aor === "" || aor.includes("@") || !(values.domain || domain) ? aor : `${aor}@${values.domain || domain}`;
    return {line, values, fault: fields.length > names.length ? "fields" : faultOf(values, seen)};
  });
}

const quote = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** Bodies of a few hundred users each, and the rows each is made of. */
export function partsOf(rows: CsvRow[], size = 250): {body: string; rows: CsvRow[]}[] {
  const parts: {body: string; rows: CsvRow[]}[] = [];
  for (let i = 0; i < rows.length; i += size) {
    const some = rows.slice(i, i + size);
    const lines = some.map((row) => columns.map((name) => quote(row.values[name] ?? "")).join(","));
    parts.push({body: [columns.join(","), ...lines, ""].join("\r\n"), rows: some});
  }
  return parts;
}
