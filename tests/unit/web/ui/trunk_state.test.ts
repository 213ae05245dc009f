import assert from "node:assert/strict";
import {test} from "node:test";

import {placeOf, signsOf, troublesOf} from "../../../../web/ui/src/trunk_state";
import type {Trunk, TrunkState} from "../../../../web/ui/src/types";

const with_ = (state?: TrunkState, enabled = true): Trunk => ({name: "provider", enabled, ...(state && {state})}) as Trunk;
const registered: TrunkState = {registration: {state: "registered", why: null}, targets: [{to: "udp:192.0.2.1:5060", up: true}], calls: 0};
const failed: TrunkState = {
  registration: {state: "failed", why: "403 Forbidden"},
  targets: [{to: "tls:[2001:db8::1]:5061", up: false}, {to: "udp:192.0.2.1:5060", up: null}], calls: 3,
};

test("says in words how a trunk is", () => {
  assert.deepEqual(signsOf(with_(registered)).map((sign) => [sign.kind, sign.words]),
                   [["good", "Registered"], ["good", "192.0.2.1:5060 (UDP) answers"]]);
  assert.deepEqual(signsOf(with_(failed)).map((sign) => [sign.kind, sign.words]),
                   [["bad", "Registration failed: 403 Forbidden"], ["bad", "[2001:db8::1]:5061 (TLS) does not answer"]]);
});

test("says nothing of a trunk that is switched off, or of which the server says nothing", () => {
  assert.deepEqual(signsOf(with_(failed, false)), []);
  assert.deepEqual(signsOf(with_()), []);
});

test("tells of the trunks in trouble, a line each", () => {
  assert.deepEqual(troublesOf([with_(registered), with_(failed), with_()]),
                   ["Trunk provider: Registration failed: 403 Forbidden; [2001:db8::1]:5061 (TLS) does not answer."]);
});

test("shows a place it cannot read as it is", () => {
  assert.equal(placeOf("somewhere"), "somewhere");
});
