// What the API answers with; schema/api.openapi.yaml says what each member means.

export type CallState = "held" | "ringing" | "active" | "ended";

export interface Step {
  at: string;
  what: string;
  device: number | null;
  detail: string;
  /** Start line and headers of the step's message, secrets hidden; null where none is kept. */
  message: string | null;
}

export interface Leg {
  device: number;
  state: string;
  push: {asked_at: string | null; attempts: number; result: string | null} | null;
  late_attempts: number;
}

export interface Call {
  id: number;
  call_id: string;
  caller: string;
  caller_name: string;
  callee: string;
  state: CallState;
  started_at: string;
  held_until: string | null;
  answered_at: string | null;
  ended_at: string | null;
  end_reason: string | null;
  final_status: number | null;
  from_trunk: string | null;
  to_trunk: string | null;
  legs: Leg[];
  timeline: Step[] | null;
  verdict: string | null;
}

export interface Device {
  id: number;
  aor: string;
  instance: string;
  platform: string | null;
  provider: string | null;
  token: string | null;
  user_agent: string;
  first_seen: string;
  last_register: string;
  awake: boolean;
  token_dead: string | null;
  last_wake_ms: number | null;
  wake_count: number;
  wake_p50_ms: number | null;
  wake_p95_ms: number | null;
}

export interface TrunkState {
  registration: {state: "trying" | "registered" | "failed"; why: string | null} | null;
  targets: {to: string; up: boolean | null}[];
  calls: number;
}

export interface Trunk {
  id: number;
  name: string;
  enabled: boolean;
  targets: string[];
  domain: string;
  username: string;
  has_password: boolean;
  register: boolean;
  expires_s: number;
  probe_s: number;
  channels: number;
  sources: string[];
  inbound_username: string;
  has_inbound_password: boolean;
  inbound_certificate: string;
  tls_name: string;
  asserts_identity: boolean;
  /** Null for a moment after a change. */
  state?: TrunkState | null;
}

export interface Route {
  id: number;
  name: string;
  enabled: boolean;
  position: number;
  from: string;
  caller: string;
  callee: string;
  strip: number;
  prepend: string;
  set_caller: string;
  emergency: boolean;
  user: string | null;
  trunk: string | null;
  reject: number | null;
}

export interface RouteTest {
  steps: {name: string; matches: boolean; why: string}[];
  ends: {kind: string; to: string | null; number: string | null; status: number | null}[];
}

export interface PushEntry {
  at: string | null;
  result: string | null;
}

export interface RingTest {
  device: number;
  started_at: string;
  result: "running" | "passed" | "failed";
  steps: {at: string; what: string; detail: string}[];
}

export interface User {
  id: number;
  aor: string;
  display_name: string;
  enabled: boolean;
  max_contacts: number | null;
  do_not_disturb: boolean;
  forward_always: string | null;
  forward_busy: string | null;
  forward_no_answer: string | null;
  forward_no_answer_s: number;
  forward_not_reachable: string | null;
  created_at: string;
}

export interface Group {
  id: number;
  aor: string;
  enabled: boolean;
  strategy: "parallel" | "serial";
  ring_s: number;
  members: string[];
  forward_no_answer: string | null;
}

export interface Status {
  version: string;
  uptime_s: number;
  listeners: {transport: string; address: string}[];
  certificates: {file: string; names: string[]; expires_at: string; sha256: string; self_signed: boolean}[];
  counts: {
    users: number;
    devices: number;
    registrations: number;
    awake_devices: number;
    held_calls: number;
    ringing_calls: number;
    active_calls: number;
  };
  push: {
    provider: string;
    configured: boolean;
    accepted: number;
    refused: number;
    dead: number;
    failed: number;
  }[];
}

export interface Provider {
  provider: string;
  name: string;
  state: "unknown" | "ready" | "degraded" | "credentials refused" | "unreachable";
  last_error: string | null;
  last_error_at: string | null;
  last_success_at: string | null;
  accepted: number;
  refused: number;
  dead: number;
  failed: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}

export interface Ban {
  id: number;
  address: string;
  reason: string;
  count: number;
  created_at: string;
  expires_at: string;
}

export interface Token {
  id: number;
  name: string;
  scope: "read" | "write" | "admin";
  created_at: string;
  expires_at: string | null;
  last_used: string | null;
}

export interface Change {
  id: number;
  at: string;
  who: string;
  from: string;
  what: string;
  target: string | null;
  detail: string | null;
}

export interface Backup {
  name: string;
  bytes: number;
  created_at: string;
}

export interface List<T> {
  items: T[];
  next: string | null;
}
