import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostDirect } from "../../kernel/model/host-service-answers.ts";
import { apDirect, type AskedOnHost } from "./ap-direct.ts";

function stateOf(change: Partial<HostDirect> & { readonly usualP95Ms?: number }): string {
  const usual: AskedOnHost = {
    backend: "127.0.0.1:8080",
    page: "/health",
    isCheckedPage: true,
    outcome: "answered",
    status: 200,
    totalMs: 40,
    usualP95Ms: null,
    ...change,
  };
  const found = apDirect.read({ tried: null, asked: usual, requests: [], usual: [] });
  return typeof found === "string" ? found : found.state;
}

test("asked on its own machine, past the proxy, a program is well, slow, in error or silent", () => {
  assert.equal(stateOf({}), "ok");
  assert.equal(stateOf({ totalMs: 3_500 }), "slow");
  assert.equal(stateOf({ totalMs: 1_400, usualP95Ms: 200 }), "slow");
  assert.equal(stateOf({ totalMs: 1_400, usualP95Ms: 900 }), "ok");
  assert.equal(stateOf({ status: 500 }), "error");
  assert.equal(stateOf({ outcome: "silent", status: null, totalMs: 4_000 }), "none");
  assert.equal(stateOf({ outcome: "refused", status: null }), "none");
});

test("a page that no check asks for says nothing by answering quickly, and a lot by not answering", () => {
  assert.equal(stateOf({ isCheckedPage: false, status: 404 }), "not-configured");
  assert.equal(stateOf({ isCheckedPage: false, status: 503 }), "error");
  assert.equal(stateOf({ isCheckedPage: false, outcome: "refused", status: null }), "none");
});
