import type {Body, Sheet} from "./sheet";
import {text} from "./text";
import type {Route, Trunk} from "./types";

const words = text.routes;

// No trunk can be named so.
const toUser = ":user";
const refused = ":reject";

function endOf(route: Route): string {
  if (route.trunk !== null) return route.trunk;
  return route.user !== null ? toUser : refused;
}

/** A route has one end, and naming it takes the others back. */
function withEnd(body: Body): Body {
  const {trunk, user, reject, ...rest} = body;
  if (trunk === toUser) return {...rest, user};
  return trunk === refused ? {...rest, reject} : {...rest, trunk};
}

/** The form of a route. */
export function routeSheet(trunks: Trunk[]): Sheet<Route> {
  const known = trunks.map((trunk) => trunk.name);
  const namesWith = (own: string | null | undefined): string[] => (own && !known.includes(own) ? [...known, own] : known);
  const choice = (id: string, label: string) => ({id, label});
  return {
    entries: (route) => [
      {name: "name", label: words.name, kind: "text", needed: true, placeholder: words.nameHint},
      {name: "from", label: words.fromLabel, kind: "choice", choices: [
        choice("users", words.fromUsers), choice("trunks", words.fromTrunks), choice("any", words.fromAny),
        ...namesWith(route && ["users", "trunks", "any"].includes(route.from) ? null : route?.from).map((name) => choice(name, words.fromOne(name)))]},
      {name: "callee", label: words.callee, kind: "text", placeholder: words.calleeHint, hint: words.calleeRule},
      {name: "trunk", label: words.goes, kind: "choice", choices: [
        ...namesWith(route?.trunk).map((name) => choice(name, words.byTrunk(name))), choice(toUser, words.toUser), choice(refused, words.refused)]},
      {name: "user", label: words.user, kind: "text", needed: true, placeholder: text.setup.aorHint, when: ({trunk}) => trunk === toUser},
      {name: "reject", label: words.status, kind: "number", needed: true, hint: words.statusRule, when: ({trunk}) => trunk === refused},
      {name: "strip", label: words.stripLabel, kind: "number", needed: true, hint: words.stripRule},
      {name: "prepend", label: words.prependLabel, kind: "text", placeholder: "+49"},
      {name: "enabled", label: words.enabled, kind: "flag"},
      {name: "caller", label: words.callerLabel, kind: "text", more: true, placeholder: words.calleeHint, hint: words.callerRule},
      {name: "set_caller", label: words.setCaller, kind: "text", more: true, placeholder: "+4930123450"},
      {name: "position", label: words.position, kind: "number", needed: true, more: true, hint: words.positionRule},
      {name: "emergency", label: words.emergencyLabel, kind: "flag", more: true, hint: words.emergencyRule},
    ],
    valuesOf: (route) => ({
      name: route?.name ?? "",
      from: route?.from ?? "users",
      callee: route?.callee ?? "",
      trunk: route ? endOf(route) : known[0] ?? toUser,
      user: route?.user ?? "",
      reject: String(route?.reject ?? 403),
      strip: String(route?.strip ?? 0),
      prepend: route?.prepend ?? "",
      enabled: route?.enabled ?? true,
      caller: route?.caller ?? "",
      set_caller: route?.set_caller ?? "",
      position: String(route?.position ?? 100),
      emergency: route?.emergency ?? false,
    }),
    adapt: withEnd,
  };
}
