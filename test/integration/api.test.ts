import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort, startHub, until } from "../doubles/hub-process.ts";
import { startWebTarget } from "../doubles/web-target.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-api-"));
const web = await startWebTarget();
const hub = await startHub({
  folder,
  port: await freePort(),
  config: `version: 1
site: { timezone: Asia/Tokyo }
people: { aiko: { name: Aiko } }
services: { web: { checks: [{ http: "${web.url}", every: 1s }] } }
notify: { channels: { hook: { webhook: "http://127.0.0.1:9/" } } }`,
});
after(async () => {
  await hub.stop();
  await web.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const token = fs.readFileSync(path.join(folder, "data/cli-token"), "utf8").trim();
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/;

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly summary?: string; readonly responses?: object }>>>
  >;
}

test("the description names every route, each with what it is for, and is the one in the reference", async () => {
  const found = await hub.get<Description>("/api/v1/openapi.json");
  assert.match(found.openapi, /^3\.1/);
  const wanted = [
    "status",
    "services",
    "hosts",
    "checks",
    "vantages",
    "signals",
    "incidents",
    "incidents/{id}",
    "events",
    "pages",
  ];
  for (const name of wanted) assert.ok(found.paths[`/api/v1/${name}`] !== undefined, name);
  for (const verb of ["acknowledge", "note", "assign", "resolve"])
    assert.ok(found.paths[`/api/v1/incidents/{id}/${verb}`]?.["post"]);
  for (const [name, methods] of Object.entries(found.paths)) {
    for (const [method, { summary }] of Object.entries(methods)) assert.ok(summary, `${method} ${name}`);
  }
  const written = JSON.parse(fs.readFileSync("docs/reference/openapi.json", "utf8")) as Description;
  assert.deepEqual(Object.keys(found.paths), Object.keys(written.paths));
});

test("lists answer with their items and the next page, times with the site's zone", async () => {
  await until("a reading", async () => (await hub.get<{ verdict: string }>("/api/v1/status")).verdict === "ok");
  for (const name of ["services", "hosts", "checks", "vantages", "signals", "incidents", "changes", "windows"]) {
    const list = await hub.get<{ items: unknown[]; next: string | null }>(`/api/v1/${name}`);
    assert.ok(Array.isArray(list.items) && list.next === null, name);
  }
  const { items } = await hub.get<{ items: { everySeconds: number; cells: { last: { at: string } | null }[] }[] }>(
    "/api/v1/checks",
  );
  assert.equal(items[0]?.everySeconds, 1);
  assert.match(items[0].cells[0]?.last?.at ?? "", iso);
});

async function ask(route: string, init: RequestInit = {}): Promise<{ status: number; code: string; fix: string }> {
  const answer = await fetch(new URL(route, hub.url), init);
  const { error } = (await answer.json()) as { error: { code: string; fix: string } };
  return { status: answer.status, ...error };
}

test("refusals carry their code and what to do, in the language asked for", async () => {
  const missing = await ask("/api/v1/incidents/999?lang=ja");
  assert.deepEqual([missing.status, missing.code], [404, "KB1002"]);
  assert.match(missing.fix, /確かめてください/);
  assert.equal((await ask("/api/v1/incidents/abc")).code, "KB1001");
  assert.equal((await ask("/api/v1/nowhere")).status, 404);
  const json = { "content-type": "application/json" };
  assert.equal((await ask("/api/v1/notes", { method: "POST", headers: json, body: "{}" })).status, 401);
  const mine = { ...json, authorization: `Bearer ${token}` };
  assert.equal((await ask("/api/v1/notes", { method: "POST", headers: mine, body: "{" })).code, "KB1001");
  assert.equal((await ask("/api/v1/notes", { method: "POST", headers: mine, body: '{"kind":"war"}' })).code, "KB1001");
  const long = JSON.stringify({ kind: "change", text: "x".repeat(200_000) });
  assert.equal((await ask("/api/v1/notes", { method: "POST", headers: mine, body: long })).code, "KB1001");
});

/** Reads the stream until `enough` has come. */
async function eventsAfter(last: number | null, enough: (text: string) => boolean): Promise<string> {
  const ending = new AbortController();
  const headers = last === null ? {} : { "last-event-id": String(last) };
  const answer = await fetch(new URL("/api/v1/events", hub.url), { headers, signal: ending.signal });
  assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if (enough(text)) break;
  }
  ending.abort();
  return text;
}

test("the stream tells what happens, and goes on where it stopped", async () => {
  const live = eventsAfter(null, (text) => text.includes("event: change.noted"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  await hub.post("/api/v1/notes", { kind: "change", text: "first" });
  const seq = Number(/id: (\d+)\nevent: change\.noted/.exec(await live)?.[1]);
  await hub.post("/api/v1/notes", { kind: "change", text: "second" });
  await hub.post("/api/v1/notes", { kind: "window", text: "third" });
  const missed = await eventsAfter(seq, (text) => text.includes("window.noted"));
  assert.deepEqual(
    [...missed.matchAll(/"text":"(first|second|third)"/g)].map(([, text]) => text),
    ["second", "third"],
  );
});

test("koboshi's own figures are there for Prometheus", async () => {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  assert.match(text, /^koboshi_checks\{state="ok"\} 1$/m);
  assert.match(text, /^koboshi_incidents_open\{severity="critical"\} 0$/m);
  assert.match(text, /^koboshi_pulse_age_seconds [\d.]+$/m);
});
