import {useEffect, useState} from "preact/hooks";

import {post, wordsOf} from "./api";
import {shortTime} from "./format";
import {Dialog} from "./parts";
import {text} from "./text";
import type {User} from "./types";

interface Link {
  url: string;
  expires_at: string;
}

const border = 4; // ISO/IEC 18004 section 9.1: the quiet zone

/** The dark squares as one path: a run of them in a row is one rectangle. */
function pathOf(squares: boolean[][]): string {
  let path = "";
  squares.forEach((row, y) => {
    for (let x = 0; x < row.length; ++x) {
      if (!row[x]) continue;
      const begin = x;
      while (row[x + 1]) ++x;
      path += `M${begin} ${y}h${x - begin + 1}v1h-${x - begin + 1}z`;
    }
  });
  return path;
}

function Code({url}: {url: string}) {
  const [squares, set] = useState<boolean[][] | null>(null);
  useEffect(() => {
    let wanted = true;
    void import("qr").then((qr) => wanted && set(qr.default(url, "raw", {ecc: "medium", border})));
    return () => void (wanted = false);
  }, [url]);
  if (!squares) return <div class="qr"/>;
  const size = squares.length;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={text.provision.code} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff"/>
      <path d={pathOf(squares)} fill="#000"/>
    </svg>
  );
}

/** Why a phone could not follow the link, as far as the address of this page tells. */
function hindrance(): string {
  if (/^(localhost|127\.|\[::1\])/.test(location.host)) return text.provision.loopback(location.host);
  return location.protocol === "https:" ? "" : text.provision.plain;
}

/** A code that a phone scans to get this user's account, made when it is opened. */
export function Provision({user, close}: {user: User; close: () => void}) {
  const [link, setLink] = useState<Link | null>(null);
  const [error, setError] = useState("");
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    post(`users/${encodeURIComponent(user.aor)}/provisioning`).then((answer) => {
      const made = answer as {path: string; expires_at: string};
      setLink({url: location.origin + made.path, expires_at: made.expires_at});
    }, (problem: unknown) => setError(wordsOf(problem)));
  }, [user.aor]);
  const copy = (): void =>
    void navigator.clipboard?.writeText(link?.url ?? "").then(() => setCopied(true), () => undefined);
  return (
    <Dialog title={text.provision.title(user.display_name || user.aor)} close={close}>
      <p>{text.provision.how}</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      {hindrance() && <p class="notice bad">{hindrance()}</p>}
      {link && (
        <>
          <Code url={link.url}/>
          <p class="secret"><code>{link.url}</code></p>
          <p class="hint">{text.provision.once(shortTime(link.expires_at))}</p>
        </>
      )}
      <p class="buttons">
        <button type="button" disabled={!link} onClick={copy}>{copied ? text.tokens.copied : text.provision.copy}</button>
        <button type="button" class="primary" onClick={close}>{text.tokens.done}</button>
      </p>
    </Dialog>
  );
}
