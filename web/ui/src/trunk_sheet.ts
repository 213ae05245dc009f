import type {Sheet} from "./sheet";
import {text} from "./text";
import type {Trunk} from "./types";

const words = text.trunks;

/** The form of a trunk. Without a name for it, a password is none. */
export const trunkSheet: Sheet<Trunk> = {
  entries: (trunk) => [
    {name: "name", label: words.name, kind: "text", needed: true, placeholder: words.nameHint, hint: words.nameRule},
    {name: "channels", label: words.channels, kind: "number", needed: true, hint: words.channelsRule},
    {name: "targets", label: words.targets, kind: "list", needed: true, placeholder: words.targetsHint, hint: words.targetsRule},
    {name: "username", label: words.username, kind: "text", placeholder: words.optional},
    {name: "password", label: words.password, kind: "secret", when: ({username}) => username !== "",
     ...(trunk?.has_password && {hint: text.form.keep})},
    {name: "register", label: words.registers, kind: "flag", when: ({username}) => username !== ""},
    {name: "enabled", label: words.enabled, kind: "flag"},
    {name: "sources", label: words.sources, kind: "list", more: true, hint: words.sourcesRule, placeholder: "192.0.2.0/24"},
    {name: "inbound_username", label: words.inbound, kind: "text", more: true, hint: words.inboundRule},
    {name: "inbound_password", label: words.inboundPassword, kind: "secret", more: true, when: (values) => values.inbound_username !== "",
     ...(trunk?.has_inbound_password && {hint: text.form.keep})},
    {name: "inbound_certificate", label: words.inboundCertificate, kind: "text", more: true, hint: words.inboundCertificateRule,
     placeholder: words.inboundCertificateHint},
    {name: "probe_s", label: words.probe, kind: "number", needed: true, more: true, hint: words.probeRule},
    {name: "expires_s", label: words.expires, kind: "number", needed: true, more: true, when: ({register}) => register === true},
    {name: "domain", label: words.domain, kind: "text", more: true, hint: words.domainRule},
    {name: "tls_name", label: words.tlsName, kind: "text", more: true, hint: words.tlsNameRule},
    {name: "asserts_identity", label: words.asserts, kind: "flag", more: true, hint: words.assertsRule},
  ],
  valuesOf: (trunk) => ({
    name: trunk?.name ?? "",
    targets: trunk?.targets.join("\n") ?? "",
    username: trunk?.username ?? "",
    password: "",
    register: trunk?.register ?? false,
    channels: String(trunk?.channels ?? 0),
    enabled: trunk?.enabled ?? true,
    sources: trunk?.sources.join("\n") ?? "",
    inbound_username: trunk?.inbound_username ?? "",
    inbound_password: "",
    inbound_certificate: trunk?.inbound_certificate ?? "",
    probe_s: String(trunk?.probe_s ?? 0),
    expires_s: String(trunk?.expires_s ?? 3600),
    domain: trunk?.domain ?? "",
    tls_name: trunk?.tls_name ?? "",
    asserts_identity: trunk?.asserts_identity ?? true,
  }),
  adapt: (body) => ({
    ...body,
    ...(body.username === "" && {password: "", register: false}),
    ...(body.inbound_username === "" && {inbound_password: ""}),
  }),
};
