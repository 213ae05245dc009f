import type {ComponentType} from "preact";

import {useTitle} from "./hooks";
import {Audit} from "./setup_audit";
import {Bans} from "./setup_bans";
import {Groups} from "./setup_groups";
import {Providers} from "./setup_push";
import {Routes} from "./setup_routes";
import {Server} from "./setup_server";
import {Tokens} from "./setup_tokens";
import {Users} from "./setup_users";
import {text} from "./text";

const parts = {users: Users, groups: Groups, routes: Routes, push: Providers, bans: Bans, tokens: Tokens, audit: Audit, server: Server} satisfies
  Record<string, ComponentType>;
const names = Object.keys(parts) as (keyof typeof parts)[];

export function SetupView({part}: {part: string}) {
  const shown = names.find((name) => name === part) ?? "users";
  const Part = parts[shown];
  useTitle(text.setup.parts[shown], text.setup.title);
  return (
    <>
      <h1>{text.setup.title}</h1>
      <nav class="choices parts" aria-label={text.setup.title}>
        {names.map((name) => (
          <a key={name} href={`#/setup/${name}`} aria-current={name === shown ? "page" : undefined}>{text.setup.parts[name]}</a>
        ))}
      </nav>
      <Part key={shown}/>
    </>
  );
}
