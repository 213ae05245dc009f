import {useCallback, useEffect, useState} from "preact/hooks";

import {isLoggedIn, logOut, whenLoggedOut} from "./api";
import {CallView} from "./call";
import {CallsView} from "./calls";
import {useRoute} from "./hooks";
import {connect, disconnect, useConnection} from "./live";
import {Login} from "./login";
import {NowView} from "./now";
import {PhonesView} from "./phones";
import {SetupView} from "./setup";
import {text} from "./text";

const tabs = ["now", "calls", "phones", "setup"] as const;

function Bar({tab}: {tab: string}) {
  const connection = useConnection();
  return (
    <header class="bar">
      <a class="brand" href="#/now"><span class="mark" aria-hidden="true"/>{text.name}</a>
      <nav aria-label={text.nav.label}>
        {tabs.map((id) => (
          <a key={id} href={`#/${id}`} aria-current={id === tab ? "page" : undefined}>{text.nav[id]}</a>
        ))}
      </nav>
      <span class={`pulse ${connection}`} title={connection === "lost" ? text.connection.lost : text.connection[connection]}>
        <span class="pulse-name">{connection === "lost" ? text.connection.lostShort : text.connection[connection]}</span>
      </span>
      <button type="button" class="link log-out" onClick={() => void logOut().catch(() => undefined)}>{text.nav.logOut}</button>
    </header>
  );
}

function Lost() {
  const connection = useConnection();
  return <div role="status" aria-live="polite">{connection === "lost" && <p class="offline">{text.connection.lost}</p>}</div>;
}

function View({route}: {route: string[]}) {
  switch (route[0]) {
    case "calls":
      return route[1] ? <CallView key={route[1]} id={route[1]}/> : <CallsView/>;
    case "phones":
      return <PhonesView/>;
    case "setup":
      return <SetupView part={route[1] ?? ""}/>;
    default:
      return <NowView/>;
  }
}

export function App() {
  const [admitted, admit] = useState<boolean | null>(null);
  const route = useRoute();
  const tab = (tabs as readonly string[]).includes(route[0] ?? "") ? route[0] ?? "now" : "now";
  const enter = useCallback(() => {
    admit(true);
    connect();
  }, []);
  useEffect(() => {
    whenLoggedOut(() => {
      disconnect();
      admit(false);
    });
    isLoggedIn().then((is) => is && enter()).catch(() => admit(false));
  }, []);
  useEffect(() => {
    window.scrollTo(0, 0);
    // The link that led here may have gone with the view it was in.
    if (admitted && document.activeElement === document.body) document.getElementById("content")?.focus({preventScroll: true});
  }, [route.join("/")]);
  if (admitted === null) return null;
  if (!admitted) return <Login done={enter}/>;
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault();
        document.getElementById("content")?.focus();
      }}>{text.skip}</a>
      <Bar tab={tab}/>
      <Lost/>
      <main id="content" tabIndex={-1}><View route={route}/></main>
    </>
  );
}
